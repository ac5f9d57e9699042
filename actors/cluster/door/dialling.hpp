#pragma once

#include "actors/outbound/resolver.hpp"
#include "protocol/hello/refusal.hpp"

#include <string>

namespace troupe::door {

/// An address that is being dialled.
struct dialling {
  /// As the owner has named it.
  std::string address;
  /// What it stands for, and which of them is next.
  outbound::resolver::addresses found = {};
  size_t next = 0;
  /// Why the last of them did not work.
  hello::refusal last = {};
};

} // namespace troupe::door
