#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

/// Why a worker ended: one word, the same in the log, in events, in `ps` and in the API.
enum class end_reason : uint8_t {
  // It ended by itself.
  /// With exit code 0, or with an unknown one.
  exit,
  /// With another exit code.
  crash,
  /// By a signal that the node did not send.
  signal,
  /// Closed its connection or its output.
  disconnected,

  // The node ended it, because of what it did.
  /// Was not ready, or did not finish a call, in time.
  timeout,
  /// Did not stop a call that was cancelled.
  cancelled,
  /// Did not answer a ping.
  heartbeat,
  /// Broke its protocol, or asked to be replaced before its first call.
  protocol_error,
  /// Wrote output that could not be cut into frames any more.
  frame,

  // The node replaced or removed it, as the configuration or an operator wants it.
  jobs,
  age,
  idle,
  memory,
  restart,
  reload,
  scale,
  stop,
  shutdown,
  count_,
};

/// Returns the word for `r`.
std::string_view word_for(end_reason r);

/// Returns whether the configuration or an operator wanted the end: nothing went wrong.
constexpr bool is_planned(end_reason r) {
  return r >= end_reason::jobs;
}

} // namespace troupe
