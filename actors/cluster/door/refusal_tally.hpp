#pragma once

#include "protocol/base/cluster_limits.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace troupe::door {

/// How often each reason was met, and when it was last told of.
/// @tparam Reason A closed list that ends with `count_`.
template <class Reason>
class refusal_tally {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Counts one. Returns how many are to be reported: 0 if there was a report of this
  /// reason within the last second. `take_due` returns them later.
  uint64_t add(Reason why, time_point now) {
    ++rows_[static_cast<size_t>(why)].count;
    return take_due(why, now);
  }

  /// Returns how many of this reason are in no report yet and are to be reported now: 0
  /// if there was a report of it within the last second.
  uint64_t take_due(Reason why, time_point now) {
    auto& r = rows_[static_cast<size_t>(why)];
    auto is_early = r.reported > 0 && now - r.reported_at < limits::refusal_report;
    if (is_early || r.count == r.reported)
      return 0;
    r.reported_at = now;
    return r.count - std::exchange(r.reported, r.count);
  }

  /// Returns how many there were of this reason.
  uint64_t count(Reason why) const { return rows_[static_cast<size_t>(why)].count; }

private:
  struct row {
    uint64_t count = 0;
    uint64_t reported = 0;
    time_point reported_at{};
  };

  std::array<row, static_cast<size_t>(Reason::count_)> rows_{};
};

} // namespace troupe::door
