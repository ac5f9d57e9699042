#pragma once

#include <chrono>

namespace troupe::loop {

/// The time, as a loop has read it last: when it found events, and every few messages
/// from then on. For what is handled meanwhile that is the time: when a call was taken,
/// started or answered. Reading the clock at each such place was eight readings a call, a
/// twentieth of a call's cost.
class turn_clock {
public:
  using clock = std::chrono::steady_clock;

  /// Returns the time as the calling loop has read it last, at most
  /// `limits::turn_time` and one message ago; on another thread, reads the clock.
  static clock::time_point now() noexcept;

  /// Reads the clock for all that comes after. For a loop, and for what must not be
  /// earlier than what it has just received.
  static clock::time_point read() noexcept;

  /// Returns how long ago `now` is.
  static clock::duration age() noexcept { return clock::now() - now(); }

  /// From now on `now` reads the clock: the loop of this thread is over.
  static void forget() noexcept;
};

} // namespace troupe::loop
