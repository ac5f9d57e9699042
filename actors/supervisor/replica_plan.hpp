#pragma once

#include "actors/supervisor/replica_state.hpp"

#include <chrono>
#include <optional>

namespace troupe::supervisor {

/// The state of a replica, and when it is to be started if it waits for a start.
class replica_plan {
public:
  using time_point = std::chrono::steady_clock::time_point;

  replica_state state() const noexcept { return state_; }

  /// Moves on. Returns false, and changes nothing, if `event` cannot happen now.
  bool apply(replica_event event) {
    auto moved = replica_transitions.advance(state_, event);
    refused_ += !moved;
    return moved;
  }

  /// Has it wait from `now` on until fewer workers are starting.
  bool queue(time_point now) { return wait(replica_event::queued, now); }

  /// Has it wait for a start at `when`.
  bool delay_until(time_point when) { return wait(replica_event::postponed, when); }

  /// The pool has a use for it at its present size.
  bool is_open() const noexcept {
    return state_ != replica_state::closed && state_ != replica_state::closed_stopped;
  }

  /// An operator stopped it.
  bool is_stopped() const noexcept {
    return state_ == replica_state::stopped || state_ == replica_state::closed_stopped;
  }

  /// The pool has a use for it, and no operator stopped it.
  bool is_enabled() const noexcept { return is_open() && !is_stopped(); }

  /// Returns whether the replica waits for a start.
  bool waits() const noexcept {
    return state_ == replica_state::in_line || state_ == replica_state::delayed;
  }

  /// Returns when it is to be started, if it waits for a start.
  std::optional<time_point> start_at() const {
    return waits() ? std::optional{start_at_} : std::nullopt;
  }

  /// Its start was planned for now or earlier.
  bool is_due(time_point now) const noexcept { return waits() && start_at_ <= now; }

  /// Returns how many events could not happen. Other than 0 is a mistake in the program.
  uint32_t refused() const noexcept { return refused_; }

private:
  bool wait(replica_event event, time_point when) {
    if (!apply(event))
      return false;
    start_at_ = when;
    return true;
  }

  replica_state state_ = replica_state::closed;
  uint32_t refused_ = 0;
  time_point start_at_;
};

} // namespace troupe::supervisor
