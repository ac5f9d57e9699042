#pragma once

#include "actors/interfaces/call_origin.hpp"
#include "actors/interfaces/pending_call.hpp"
#include "protocol/base/call_id.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The calls that wait or run, as operators list them and take single ones back.
namespace troupe {

enum class call_state : uint8_t {
  waiting,
  /// In a worker, or sent to another node.
  running,
};

constexpr std::string_view word_for(call_state s) {
  return s == call_state::waiting ? "waiting" : "running";
}

/// Which open calls are wanted.
struct call_query {
  /// Empty: of all pools. A BROKER has those of its own pool only.
  std::string pool = {};
  /// Nothing: both.
  std::optional<call_state> state = {};
  /// Calls that were taken so long ago, or earlier.
  std::chrono::milliseconds older{0};
  /// The oldest so many.
  size_t limit = 0;
};

/// An open call, as it was when it was looked at.
struct open_call {
  /// Without its `node`.
  call_id id;
  /// As in `call`.
  shared_bytes request_id;
  shared_bytes kind;
  std::string key;
  int8_t priority = 0;
  steady_clock::time_point taken;
  /// When the node ends the call if nothing changes; nothing for never.
  std::optional<steady_clock::time_point> deadline;
  call_state state = call_state::waiting;
  /// The worker that has the call, or that it waits for alone (`echo.0`). For a call at
  /// another node, the pool there (`echo@beta`). Empty for any.
  std::string worker;
  /// Workers that died with it.
  uint32_t deaths = 0;
  call_origin from;
  /// Null for a call that is part of no trace.
  trace_context_ptr trace = {};
};

/// The oldest first.
using open_calls = std::vector<open_call>;

/// Returns what the call itself says; the rest is up to whoever has it.
open_call facts_of(const pending_call& c);

/// Returns what the caller is told whose call an operator takes back.
/// @param worker The worker that has heard of the call; empty for none.
fault taken_back(const std::string& worker);

/// Returns why a call is not taken back: it has ended, or never was.
fault no_such_call(const call_id& id);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::call_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::open_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::open_calls)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::call_number)
