#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace troupe::supervisor {

/// Keeps a crash loop from filling the log: in each period so many lines are written, the
/// others are counted.
class death_lines {
public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class admission : uint8_t {
    write,
    drop,
    /// As `drop`, for the first line that is dropped: from now on there is something to
    /// tell later.
    drop_first,
  };

  /// Begins another period if the present one is over. Returns how many lines were
  /// dropped that nobody was told of.
  uint64_t renew(time_point now);

  /// Decides about one more line.
  admission admit();

  /// Returns how many lines were dropped since this was asked last.
  uint64_t take_dropped();

private:
  time_point since_;
  size_t written_ = 0;
  uint64_t dropped_ = 0;
};

} // namespace troupe::supervisor
