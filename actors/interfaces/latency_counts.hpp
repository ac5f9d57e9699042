#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// A log-linear division of durations: buckets of one unit at first, then sixteen of
/// equal width for each doubling. A duration is known by its bucket to 3.1 %, or to one
/// unit below 16 of them.
struct latency_buckets {
  /// A unit is 64 ns.
  static constexpr int unit_bits = 6;
  static constexpr int linear_bits = 4;
  static constexpr uint64_t per_doubling = 1 << linear_bits;
  /// The last bucket also takes what is longer than 4.8 hours.
  static constexpr uint64_t doublings = 34;
  static constexpr size_t count = per_doubling * (1 + doublings);

  static constexpr size_t index_of(std::chrono::nanoseconds d) {
    auto units = static_cast<uint64_t>(std::max<int64_t>(d.count(), 0)) >> unit_bits;
    if (units < per_doubling)
      return static_cast<size_t>(units);
    auto shift = static_cast<uint64_t>(std::bit_width(units) - 1 - linear_bits);
    auto index = per_doubling * (shift + 1) + (units >> shift) - per_doubling;
    return static_cast<size_t>(std::min<uint64_t>(index, count - 1));
  }

  /// Returns the duration that stands for all in a bucket, in milliseconds: none of them
  /// is further from it than by 3.1 %.
  static constexpr double middle_of(size_t index) {
    auto i = static_cast<uint64_t>(index);
    auto shift = i < per_doubling ? 0 : i / per_doubling - 1;
    auto low = (i < per_doubling ? i : i % per_doubling + per_doubling) << shift;
    auto from = static_cast<double>(low);
    auto to = static_cast<double>(low + (uint64_t{1} << shift));
    // The error is the same share at both ends.
    return 2 * from * to / (from + to) * (1 << unit_bits) / 1e6;
  }
};

/// How many durations were in each bucket.
using latency_array = std::array<uint32_t, latency_buckets::count>;

/// Counts durations for ever. One thread counts; any may read, at its own pace. A count
/// begins anew at 2^32: readers take differences.
class latency_counts {
public:
  /// Counts a duration: O(1), without a lock.
  void note(std::chrono::nanoseconds d) {
    increment(buckets_[latency_buckets::index_of(d)]);
    increment(total_);
  }

  /// Returns how many durations were counted.
  uint32_t total() const noexcept { return total_.load(std::memory_order_relaxed); }

  /// Returns how many were in a bucket.
  uint32_t at(size_t index) const noexcept {
    return buckets_[index].load(std::memory_order_relaxed);
  }

private:
  static void increment(std::atomic<uint32_t>& n) {
    n.store(n.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::array<std::atomic<uint32_t>, latency_buckets::count> buckets_{};
  std::atomic<uint32_t> total_{0};
};

/// Returns the duration, in milliseconds, that the share `q` of those counted did not
/// exceed.
/// @param total How many there are; not 0.
/// @param q Above 0, at most 1.
double quantile(const latency_array& counts, uint64_t total, double q);

} // namespace troupe
