#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::wires {

/// How a conversation with a worker ended, as clients of sessions are told.
struct session_end {
  /// JSON: `{"state":{"Completed":…},"metrics":…}`, or the like with `Failed`.
  std::string text;
  bool failed = false;

  /// Reads what a worker that speaks of sessions said of the end.
  static session_end read(std::string_view said);

  /// Returns the end of a conversation with a worker that gives results only.
  /// @param queries How many queries it has asked in all.
  static session_end completed(std::string_view result, std::chrono::milliseconds elapsed,
                               uint64_t queries);
};

} // namespace troupe::wires
