#pragma once

#include "actors/terminal/echo_proof.hpp"
#include "actors/terminal/message_queue.hpp"
#include "actors/terminal/terminal_activity.hpp"

#include <cstdint>
#include <utility>

namespace troupe::terminal {

/// Brings messages from the queue into a program, one at a time. A message is typed
/// once the program is quiet, and entered a moment later. It is done when its echo was
/// seen, or was awaited in vain. This part decides only; TERMINAL acts, and notes here
/// what it did.
class message_delivery {
public:
  using time_point = terminal_activity::time_point;

  /// The next step for the first message.
  enum class action : uint8_t {
    /// No message waits, or it is held.
    nothing,
    /// Look again at `step::until`.
    wait,
    /// Type it, then `note_typed`, or `finish` if that fails.
    type,
    /// Press the return key, then `note_entered`.
    enter,
    /// Its echo was seen: `finish` it.
    verified,
    /// The message was entered, and nothing more can be known: `finish` it.
    unprovable,
    /// No echo came: `finish` it.
    not_echoed,
  };

  struct step {
    action what = action::nothing;
    time_point until = {};
  };

  step next(const terminal_activity& program, const config::terminal& how,
            time_point now);

  void note_typed(bool kernel_echoes, time_point now);
  void note_entered(bool kernel_echoes, time_point now);
  /// Takes out the first message, whatever became of it.
  terminal_message finish();

  /// Looks for echo in output; returns whether to take the next step.
  bool watch(std::string_view output) {
    return echo_.feed(output) && progress_ == progress::entered;
  }

  /// Whether a message is typed and not yet done with.
  bool is_under_way() const noexcept { return progress_ != progress::waiting; }
  const echo_proof& echo() const noexcept { return echo_; }

  /// Returns whether a timer must be set for `step::until`, which then counts as set.
  bool wants_timer() noexcept { return !std::exchange(timer_set_, true); }
  void note_timer() noexcept { timer_set_ = false; }

  /// Numbers the messages.
  uint64_t next_number() noexcept { return next_number_++; }

  message_queue messages;
  /// Whether the program wants pasted text marked as such.
  bool marks_pastes = false;

private:
  enum class progress : uint8_t { waiting, typed, entered };

  /// How far the first message is, and since when.
  progress progress_ = progress::waiting;
  time_point progressed_;
  echo_proof echo_;
  bool timer_set_ = false;
  uint64_t next_number_ = 1;
};

} // namespace troupe::terminal
