#pragma once

#include "protocol/base/call.hpp"

#include <atomic>
#include <cstddef>

namespace troupe::front {

/// How far a client is behind with reading what it is sent. It is behind from
/// `limits::client_backlog` on until half of that is left.
class output_backlog {
public:
  enum class change { none, fell_behind, caught_up };

  /// Takes note of how many bytes wait for the client. Returns what that changed.
  change measure(size_t bytes);

  /// May be called on any thread.
  bool is_behind() const noexcept { return behind_; }

  /// More waits than is measured yet. May be called on any thread.
  void set_behind() { behind_ = true; }

  /// Whether `note_taken` is of use.
  bool is_measured() const noexcept { return slow_; }

  /// The client has taken some of it.
  void note_taken(steady_clock::time_point now) { took_ = now; }

  /// Returns true once, when a client that is behind has taken nothing for long.
  bool has_got_stuck(steady_clock::time_point now);

private:
  std::atomic<bool> behind_{false};
  /// Whether `measure` found it behind.
  bool slow_ = false;
  /// When the client took some of it, or fell behind.
  steady_clock::time_point took_;
  bool stuck_told_ = false;
};

} // namespace troupe::front
