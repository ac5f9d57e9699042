#pragma once

#include "protocol/config/config.hpp"

#include <deque>
#include <random>

namespace troupe::supervisor {

/// Decides how soon a pool's dead workers come back: later and later while they keep
/// dying, and only one probe at a time once more than `intensity` died unasked within
/// `period`.
class breaker {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  breaker(const config::restart& rules, uint64_t seed)
    : rules_(rules)
    , random_(seed) {}

  /// Notes an unasked death. Returns whether it opened the breaker.
  bool trip(time_point now);

  /// A worker became ready: closes the breaker. Returns whether it was open.
  bool close();

  bool is_open() const noexcept { return open_; }

  /// Returns how long to wait before the start after `failures` failed ones in a row, a
  /// quarter more or less at random so that many workers do not come back in step.
  milliseconds delay(uint32_t failures);

  /// Returns how long to wait before the next probe while the breaker is open.
  milliseconds probe_delay() const noexcept { return rules_.max_delay; }

private:
  config::restart rules_;
  std::minstd_rand random_;
  std::deque<time_point> deaths_;
  bool open_ = false;
};

} // namespace troupe::supervisor
