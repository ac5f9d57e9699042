#pragma once

#include "protocol/base/log_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace troupe::broker {

/// Keeps calls that fail in great number from filling the log: in each period so many
/// lines about calls of a pool are written, the others are counted.
class call_lines {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns how many lines were left out before this one; nothing if this one is to be
  /// left out.
  std::optional<uint64_t> admit(time_point now) {
    if (now - since_ >= limits::call_lines_period) {
      since_ = now;
      written_ = 0;
    }
    if (written_ == limits::call_lines) {
      ++left_out_;
      return std::nullopt;
    }
    ++written_;
    return std::exchange(left_out_, 0);
  }

private:
  time_point since_;
  size_t written_ = 0;
  uint64_t left_out_ = 0;
};

} // namespace troupe::broker
