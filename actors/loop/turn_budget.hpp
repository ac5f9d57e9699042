#pragma once

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace troupe::loop {

/// How much of what was read one reader handles before the loop goes on to others. Bytes
/// say little about that: 64 KiB are one answer, or 30,000 mistakes. So it hands them out
/// in pieces that grow while they are cheap, until `limits::turn_budget_time` is over.
class turn_budget {
public:
  /// Returns how many bytes to handle before `is_over` is asked again.
  size_t piece() const noexcept { return piece_; }

  /// Call it after each piece. Returns whether the time is over.
  bool is_over() {
    auto now = std::chrono::steady_clock::now();
    if (now - last_ < cheap)
      piece_ = std::min(4 * piece_, limits::read_chunk);
    last_ = now;
    return now >= end_;
  }

private:
  using clock = std::chrono::steady_clock;

  /// Of so many bytes even the most expensive take no longer than the budget.
  static constexpr size_t first_piece = 2048;
  static constexpr auto cheap = limits::turn_budget_time / 10;

  clock::time_point last_ = clock::now();
  clock::time_point end_ = last_ + limits::turn_budget_time;
  size_t piece_ = first_piece;
};

} // namespace troupe::loop
