#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace troupe::metrics {

/// Counts durations by buckets that are the same for every metric in seconds: from 10 us
/// to ten minutes. Plain integers: for one thread. Copied for a scrape.
class duration_histogram {
public:
  using nanoseconds = std::chrono::nanoseconds;

  /// The upper bounds of the buckets, each inclusive; a last bucket has no bound.
  static constexpr std::array<nanoseconds, 24> bounds = [] {
    constexpr std::array<int64_t, 24> us = {
        10,         25,         50,         100,         250,         500,
        1'000,      2'500,      5'000,      10'000,      25'000,      50'000,
        100'000,    250'000,    500'000,    1'000'000,   2'500'000,   5'000'000,
        10'000'000, 30'000'000, 60'000'000, 120'000'000, 300'000'000, 600'000'000};
    std::array<nanoseconds, 24> all{};
    for (size_t i = 0; i < us.size(); ++i)
      all[i] = std::chrono::microseconds{us[i]};
    return all;
  }();

  /// Counts one duration; a negative one as 0.
  void add(nanoseconds took) noexcept {
    took = std::max(took, nanoseconds{0});
    auto at = std::lower_bound(bounds.begin(), bounds.end(), took) - bounds.begin();
    ++counts_[static_cast<size_t>(at)];
    sum_ += took;
  }

  duration_histogram& operator+=(const duration_histogram& other) noexcept {
    for (size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
    sum_ += other.sum_;
    return *this;
  }

  /// How many durations are in each bucket and in no smaller one.
  const std::array<uint64_t, bounds.size() + 1>& counts() const noexcept {
    return counts_;
  }
  nanoseconds sum() const noexcept { return sum_; }
  uint64_t count() const noexcept {
    uint64_t all = 0;
    for (auto n : counts_)
      all += n;
    return all;
  }

private:
  std::array<uint64_t, bounds.size() + 1> counts_{};
  nanoseconds sum_{0};
};

} // namespace troupe::metrics
