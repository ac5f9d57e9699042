#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace troupe::followers {

/// How long to wait before the next attempt: twice as long after each one, up to a bound.
/// A quarter more or less at random, so that many senders do not come back in step.
class retry_delay {
public:
  using milliseconds = std::chrono::milliseconds;

  /// @param shortest At least 1 ms. @param longest At least `shortest`.
  retry_delay(milliseconds shortest, milliseconds longest, uint64_t seed)
    : shortest_(shortest)
    , longest_(longest)
    , next_(shortest)
    , random_(static_cast<std::minstd_rand::result_type>(seed)) {}

  /// Returns the time to wait, which doubles for the next call. Never more than the
  /// bound.
  milliseconds next() {
    auto around = next_.count();
    next_ = std::min(2 * next_, longest_);
    std::uniform_int_distribution<int64_t> varied{around - around / 4,
                                                  around + around / 4};
    return std::min(milliseconds{varied(random_)}, longest_);
  }

  /// Begins anew: an attempt went well.
  void reset() noexcept { next_ = shortest_; }

private:
  milliseconds shortest_;
  milliseconds longest_;
  milliseconds next_;
  std::minstd_rand random_;
};

} // namespace troupe::followers
