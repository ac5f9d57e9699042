#pragma once

#include "broker/front/dashboard/page_limits.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace troupe::front::dashboard {

/// The part of a loop's time that looks may take: calls come first. What they take beyond
/// it is paid for by asking nothing for a while. For one loop.
class look_time {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::nanoseconds;

  /// Whether all that was taken is paid for.
  bool is_left(time_point now) const noexcept { return paid_ <= now; }

  /// Notes that looks have taken so much time of the processor.
  void charge(duration taken, time_point now) noexcept {
    using namespace page_limits;
    paid_ = std::max(paid_, now - page_burst * page_share) + taken * page_share;
  }

private:
  time_point paid_{};
};

/// Charges the time of the processor that its thread takes while it lives.
class look_charge {
public:
  explicit look_charge(look_time& to)
    : to_(to) {}
  ~look_charge() { to_.charge(taken() - begin_, std::chrono::steady_clock::now()); }
  look_charge(const look_charge&) = delete;
  look_charge& operator=(const look_charge&) = delete;

private:
  static look_time::duration taken() noexcept {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
  }

  look_time& to_;
  look_time::duration begin_ = taken();
};

} // namespace troupe::front::dashboard
