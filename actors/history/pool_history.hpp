#pragma once

#include "actors/history/history_ring.hpp"
#include "actors/interfaces/pool_activity.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace troupe::history {

/// The steps of the rows that are kept.
enum class history_step : uint8_t { second, minute };

/// Returns the length of a step in seconds.
constexpr int64_t seconds_in(history_step s) {
  return s == history_step::second ? 1 : 60;
}

/// What one pool did lately. Is told the time, and reads what the pool's actors write.
class pool_history {
public:
  /// 15 minutes of seconds, and 24 hours of minutes.
  static constexpr size_t most_seconds = 15 * 60;
  static constexpr size_t most_minutes = 24 * 60;
  /// A sample of memory and CPU time counts for so long, in milliseconds.
  static constexpr int64_t sample_counts_ms = 2000;

  /// @param of A pool that begins now.
  explicit pool_history(std::shared_ptr<const pool_activity> of)
    : of_(std::move(of)) {}

  /// A second is over.
  /// @param second Its number; the first of a minute is divisible by 60. Larger than that
  /// before.
  /// @param now_ms The time now, on the clock of `pool_activity::sampled_ms`.
  void record(int64_t second, int64_t now_ms);

  /// Returns the rows of a step; their numbers are those of seconds, or minutes.
  const history_ring& rows(history_step step) const {
    return step == history_step::second ? seconds_ : minutes_;
  }

private:
  /// The sums of a minute that is not over.
  struct open_minute {
    int64_t number = 0;
    history_row row;
    latency_array latency{};
    uint64_t latencies = 0;
    uint64_t cpu_sum = 0;
    uint32_t cpu_rows = 0;
  };

  history_row read(int64_t now_ms);
  /// Reads the durations that were counted since the last time, also for the minute.
  void read_latency(history_row& row);
  void add_to_minute(const history_row& row);
  void end_minute();

  std::shared_ptr<const pool_activity> of_;
  history_ring seconds_{most_seconds};
  history_ring minutes_{most_minutes};
  /// As they were at the end of the last second.
  uint64_t calls_ = 0;
  uint64_t errors_ = 0;
  uint32_t ends_ = 0;
  uint32_t restarts_ = 0;
  uint32_t reloads_ = 0;
  uint32_t latencies_ = 0;
  latency_array latency_{};
  std::optional<open_minute> minute_;
};

} // namespace troupe::history
