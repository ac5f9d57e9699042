#pragma once

#include <cmath>
#include <cstdint>

namespace troupe::behaviours {

/// Picks a share of calls, spread evenly: of 0.25, each fourth one. The same calls are
/// picked in each run. Not thread-safe.
class call_share {
public:
  /// @param share From 0 to 1, exact to a millionth.
  explicit call_share(double share)
    : step_(static_cast<uint32_t>(std::lround(share * whole))) {}

  /// Returns whether the next call is one of them.
  bool pick() {
    due_ += step_;
    if (due_ < whole)
      return false;
    due_ -= whole;
    return true;
  }

private:
  static constexpr uint32_t whole = 1'000'000;

  uint32_t step_;
  uint32_t due_ = 0;
};

} // namespace troupe::behaviours
