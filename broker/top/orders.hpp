#pragma once

#include "broker/top/listing.hpp"

#include <optional>

/// What may be done to a row, as an operation of its node.
namespace troupe::top {

/// Returns whether `letter` is a key that changes something.
bool is_order(char32_t letter);

/// Returns what `letter` asks the user about `s`, or a message that says what it is for.
/// @param node As in `model`.
struct asked {
  prompt asking = {};
  std::string notice = {};
};
asked ask_for(char32_t letter, const std::optional<subject>& s, const std::string& node);

/// Returns the order that sets the size of a pool.
order scale_order(const std::string& pool, const std::string& size,
                  const std::string& node);

/// Returns the pool or the worker whose log a row has; empty for none.
std::string log_subject(const subject& s);

/// Returns the terminal that a row may be; empty if it is none.
std::string terminal_of(const subject& s);

} // namespace troupe::top
