#pragma once

#include "actors/interfaces/open_calls.hpp"
#include "protocol/base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// How calls are listed: what is asked for, and how an open call is written.
namespace troupe::node {

/// An open call as JSON.
struct call_row {
  /// Finer than the JSON has it: calls are in the order of their age.
  std::chrono::nanoseconds age{0};
  std::string json;
};

/// What is asked for, and of which nodes.
struct call_listing {
  call_query wanted;
  /// Of all nodes. Each lists the calls in its own pools, so none is listed twice.
  bool cluster = false;
  /// Whether calls that were given to other nodes are listed.
  bool away = true;
};

/// Reads `{"pool"?,"state"?,"older_ms"?,"limit"?,"cluster"?,"away"?,"silent"?}`.
result<call_listing> read_listing(std::string_view payload);

/// @param node The name of this node, which knows the call.
call_row to_row(const open_call& c, const std::string& node,
                steady_clock::time_point now);

} // namespace troupe::node
