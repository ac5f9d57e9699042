#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace troupe::worker {

/// Bounds a rate: so many units a second, and so many at once after a quiet time. It is
/// kept as the moment at which all that was taken is paid for. Not thread-safe.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::nanoseconds;

  /// @param per_second Units, at most a thousand million.
  /// @param burst Units that may be taken at once.
  token_bucket(uint64_t per_second, uint64_t burst)
    : token_bucket(duration{std::chrono::seconds{1}} / static_cast<int64_t>(per_second),
                   burst) {}

  /// @param each The time that pays for one unit.
  token_bucket(duration each, uint64_t burst)
    : each_(each)
    , burst_(each_ * static_cast<int64_t>(burst)) {}

  /// Takes `units` if there are so many; returns whether it did.
  bool try_take(uint64_t units, time_point now) {
    auto paid = paid_after(units, now);
    if (paid > now)
      return false;
    paid_ = paid;
    return true;
  }

  /// Takes `units` whether they are there or not.
  void take(uint64_t units, time_point now) { paid_ = paid_after(units, now); }

  /// Returns how long it takes until so many units can be taken; 0 if they are there.
  duration wait(uint64_t units, time_point now) const {
    return std::max(duration{paid_after(units, now) - now}, {});
  }

  /// Returns whether a whole burst is there, as in a new one.
  bool is_full(time_point now) const { return paid_ <= now - burst_; }

  /// Returns how long it takes until what was taken is paid for; 0 if it is.
  duration debt(time_point now) const { return std::max(duration{paid_ - now}, {}); }

private:
  time_point paid_after(uint64_t units, time_point now) const {
    return std::max(paid_, now - burst_) + each_ * static_cast<int64_t>(units);
  }

  duration each_;
  duration burst_;
  /// Far before any time: a new bucket is full, however young the clock is.
  time_point paid_{duration::min() / 2};
};

} // namespace troupe::worker
