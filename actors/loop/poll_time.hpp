#pragma once

#include <algorithm>
#include <chrono>

namespace troupe::loop {

/// How long a loop polls before it blocks. A sleep that ended sooner than the longest
/// polling would have was not worth it: the next polling is twice as long. A longer sleep
/// takes it back to an eighth. So events that follow each other closely find the loop
/// awake, and a beat now and then costs next to nothing. (Linux's KVM does the same
/// before it halts a core: halt_poll_ns.)
///
/// Not thread-safe: it is a member of its loop.
class poll_time {
public:
  using duration = std::chrono::steady_clock::duration;

  /// @param most Polls for this long at most; zero: not at all.
  explicit poll_time(std::chrono::microseconds most)
    : most_(most)
    , least_(duration{most} / 8)
    , now_(least_) {}

  duration get() const noexcept { return now_; }
  bool is_none() const noexcept { return most_ == duration{0}; }

  /// Learns how long a sleep has lasted.
  void after_sleep(duration slept) noexcept {
    now_ = slept > most_ ? least_ : std::min(2 * now_, most_);
  }

private:
  duration most_;
  duration least_;
  duration now_;
};

} // namespace troupe::loop
