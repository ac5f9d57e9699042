#pragma once

#include "actors/interfaces/terminal_counts.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// The last crashes of programs on terminals, how many were started, and what terminals
/// count. Terminals write, the node reads: thread-safe.
class crash_record {
public:
  struct crash {
    std::string name;
    std::optional<int> exit_code;
    std::optional<int> signal;
    /// Seconds since 1970.
    int64_t time = 0;
    int64_t uptime_secs = 0;
  };

  void add(crash c);
  /// @param again Whether it replaces one that ended.
  void count_start(bool again);

  /// Returns the crashes that are remembered, the oldest first.
  std::vector<crash> all() const;
  /// How many there ever were.
  uint64_t crashes() const;
  uint64_t starts() const;
  uint64_t restarts() const;

  terminal_counts& totals() noexcept { return totals_; }

private:
  mutable std::mutex mutex_;
  std::deque<crash> last_;
  uint64_t crashes_ = 0;
  uint64_t starts_ = 0;
  uint64_t restarts_ = 0;
  terminal_counts totals_;
};

} // namespace troupe
