#pragma once

#include "protocol/base/call.hpp"
#include "protocol/config/config.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace troupe::terminal {

/// When a program on a terminal printed and was used, and what follows from that: whether
/// it is silent, and when it may be typed at.
class terminal_activity {
public:
  using time_point = steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  void launch(time_point now) { launched_ = used_ = now; }
  time_point launched() const noexcept { return launched_; }

  /// Notes that something was typed, or that the size was asked for.
  void use(time_point now) noexcept { used_ = now; }

  /// The program has printed so many bytes. Returns whether it had been told that it is
  /// silent.
  bool print(size_t bytes, const config::terminal& how, time_point now);

  /// Bytes that it has printed.
  uint64_t printed() const noexcept { return printed_; }
  time_point last_output() const noexcept { return output_; }

  /// Returns when it last did something.
  time_point last_active() const { return std::max(launched_, output_); }
  /// Returns when somebody last did something with it, or it did.
  time_point last_used() const { return std::max(used_, output_); }

  /// A message is typed: from now on the program is waited for until it is quiet.
  void note_message() noexcept { fresh_ = false; }

  /// Returns when a message may be typed. What a program is sent before it has set up its
  /// terminal, it may throw away.
  /// @param steers At once, whatever the program is doing.
  time_point message_due(const config::terminal& how, bool steers) const;

  // -- silence -------------------------------------------------------------------

  /// Returns how long it is until the program has been silent for `after`.
  milliseconds left_until_silent(milliseconds after, time_point now) const;

  /// Whether it has been silent, and this was told.
  bool is_silent() const noexcept { return silence_told_; }

  /// Returns whether the silence has yet to be told; it counts as told then.
  bool must_tell_silence() noexcept { return !std::exchange(silence_told_, true); }

private:
  uint64_t printed_ = 0;
  time_point launched_;
  time_point output_;
  time_point used_;
  /// True until the program is quiet after its first output, or a message is typed.
  bool fresh_ = true;
  bool silence_told_ = false;
};

} // namespace troupe::terminal
