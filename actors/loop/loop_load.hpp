#pragma once

#include "protocol/metrics/duration_histogram.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace troupe::loop {

/// How long the turns of a loop take: from when it has something to do until it waits, or
/// until the next turn if it does not wait. Polling counts as waiting.
///
/// It reads no clock: it is told what the loop and its poller have read in any case.
/// Plain integers, for the loop's thread.
class loop_load {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The loop begins to run.
  void start(time_point now) noexcept { begun_ = now; }

  /// The loop has nothing to do any more, and begins to wait.
  void begin_wait(time_point now) noexcept {
    end_turn(now);
    waits_ = true;
  }

  /// Another thread has ended the wait, not an event.
  void end_wait(time_point now) noexcept { woken_ = now; }

  /// The loop is in the middle of a turn.
  /// @param found When its poller last found events. If nothing has ended the wait
  /// before, a timer does, and the turn begins now.
  void look(time_point now, time_point found) noexcept {
    if (!std::exchange(waits_, false))
      return end_turn(now);
    auto end = std::max(found, woken_);
    begun_ = end > begun_ ? end : now;
  }

  /// Returns the turns that have ended; their sum is how long the loop was busy.
  const metrics::duration_histogram& turns() const noexcept { return turns_; }

private:
  void end_turn(time_point now) noexcept {
    turns_.add(now - begun_);
    begun_ = now;
  }

  metrics::duration_histogram turns_;
  /// When the present turn or wait has begun.
  time_point begun_;
  time_point woken_;
  bool waits_ = false;
};

} // namespace troupe::loop
