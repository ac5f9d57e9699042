#pragma once

#include <filesystem>

namespace troupe::client {

/// How a client of https finds out whom it talks to.
struct trust {
  /// PEM file of who must have signed the certificate of the node; empty: whom the system
  /// trusts.
  std::filesystem::path authority = {};
};

} // namespace troupe::client
