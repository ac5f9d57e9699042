#pragma once

#include "protocol/base/end_reason.hpp"
#include "protocol/base/error.hpp"
#include "protocol/metrics/duration_histogram.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::metrics {

/// The state of a worker that lives.
enum class living_state : uint8_t { starting, ready, busy, stopping, count_ };

/// Returns the word of a state, as in `ps`.
constexpr std::string_view word_for(living_state s) {
  constexpr std::array<std::string_view, static_cast<size_t>(living_state::count_)>
      words = {"starting", "ready", "busy", "stopping"};
  return words[static_cast<size_t>(s)];
}

/// What was not taken of what workers sent.
enum class dropped_kind : uint8_t {
  /// An answer that came too late, twice or for no call.
  late_answer,
  /// Output that is no frame.
  stray_output,
  /// Events, and lines for the log, that came too fast or were too long.
  event,
  log_line,
  /// A sample of a metric that is not declared, or not as declared.
  metric,
  /// A sample with a new set of labels, of a metric that has too many.
  metric_series,
  count_,
};

/// Returns the value of the label `what`.
constexpr std::string_view word_for(dropped_kind k) {
  constexpr std::array<std::string_view, static_cast<size_t>(dropped_kind::count_)>
      words = {"late_answer", "stray_output", "event",
               "log_line",    "metric",       "metric_series"};
  return words[static_cast<size_t>(k)];
}

/// What is counted of the workers of a pool. Each worker that was started is in `living`
/// or has ended.
struct worker_counts {
  uint64_t started = 0;
  std::array<uint64_t, static_cast<size_t>(living_state::count_)> living{};
  std::array<uint64_t, static_cast<size_t>(end_reason::count_)> ended{};
  std::array<uint64_t, static_cast<size_t>(code::count_)> failed_starts{};
  duration_histogram boot;
  uint64_t breaker_opened = 0;
  std::array<uint64_t, static_cast<size_t>(dropped_kind::count_)> dropped{};
};

} // namespace troupe::metrics
