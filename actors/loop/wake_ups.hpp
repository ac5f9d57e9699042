#pragma once

#include <chrono>
#include <vector>

namespace troupe::loop {

/// The timers of an actor that are set and not yet due, for an actor that wants to wake
/// at the earliest of many moments. CAF does not take a delayed message back: this keeps
/// a new one from being set where one that is set comes first.
class wake_ups {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns whether a timer must be set for `due`. If so, it counts as set.
  bool wants(time_point due) {
    if (!set_.empty() && set_.back() <= due)
      return false;
    set_.push_back(due);
    return true;
  }

  /// A timer has come. Forgets those that were due by `now`.
  void expire(time_point now) {
    while (!set_.empty() && set_.back() <= now)
      set_.pop_back();
  }

private:
  /// The latest first: a timer is set only if it comes before all others.
  std::vector<time_point> set_;
};

} // namespace troupe::loop
