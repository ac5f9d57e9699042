#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace troupe::bench {

/// Durations in nanoseconds, counted in buckets that are 1/64 of their value wide:
/// constant memory and time, and no percentile is off by more than 1.6 %.
class latencies {
public:
  void record(uint64_t ns) noexcept {
    ++buckets_[index_of(ns)];
    ++count_;
  }

  uint64_t count() const noexcept { return count_; }

  /// Returns the duration that `share` (0 to 1) of all do not exceed, in microseconds.
  double percentile_us(double share) const noexcept {
    auto wanted = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t passed = 0;
    for (size_t i = 0; i < buckets_.size(); ++i)
      if ((passed += buckets_[i]) > wanted || (count_ > 0 && passed == count_))
        return static_cast<double>(upper_end(i)) / 1000.0;
    return 0;
  }

private:
  static constexpr unsigned fine_bits = 6;
  static constexpr uint64_t fine = uint64_t{1} << fine_bits;

  // Below `fine` a bucket per value; above, `fine` buckets for each power of two.
  static size_t index_of(uint64_t x) noexcept {
    if (x < fine)
      return x;
    auto shift = static_cast<unsigned>(std::bit_width(x)) - fine_bits - 1;
    return shift * fine + (x >> shift);
  }

  static uint64_t upper_end(size_t index) noexcept {
    if (index < 2 * fine)
      return index;
    auto shift = index / fine - 1;
    return ((index % fine + fine + 1) << shift) - 1;
  }

  std::array<uint64_t, (64 - fine_bits + 1) * fine> buckets_{};
  uint64_t count_ = 0;
};

} // namespace troupe::bench
