#pragma once

#include <algorithm>
#include <chrono>
#include <functional>

namespace troupe::membership {

/// Returns a number from 0 to less than 1.
using random_share = std::function<double()>;

/// How long to wait before the next attempt: twice as long after each failure, from
/// 100 ms to 5 s, and a quarter more or less at random, so that nodes which lost one
/// another do not dial in step.
class backoff {
public:
  /// Returns the time to wait, which doubles for the next call.
  std::chrono::milliseconds next(const random_share& random) {
    auto wait = wait_;
    wait_ = std::min(2 * wait_, longest);
    return vary(wait, random);
  }

  /// Has the next time be the longest: trying soon would be of no use.
  void give_way() noexcept { wait_ = longest; }

  void reset() noexcept { wait_ = shortest; }

private:
  static std::chrono::milliseconds vary(std::chrono::milliseconds d,
                                        const random_share& random) {
    auto share = 0.75 + random() / 2;
    return std::chrono::milliseconds{
        static_cast<int64_t>(static_cast<double>(d.count()) * share)};
  }

  static constexpr std::chrono::milliseconds shortest{100};
  static constexpr std::chrono::milliseconds longest{5000};

  std::chrono::milliseconds wait_ = shortest;
};

} // namespace troupe::membership
