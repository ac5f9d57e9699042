#pragma once

#include "actors/loop/loop.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace troupe::os {

/// A timer of what is no actor: calls a function once a moment has come. For the loop's
/// thread only.
class alarm {
public:
  using clock = std::chrono::steady_clock;

  /// @param loop Must outlive it.
  explicit alarm(loop::event_loop& loop)
    : timer_(loop, {}) {}

  /// Begins to watch; call once. `on_time` may set the alarm again, and is kept for as
  /// long as this is.
  void start(std::function<void()> on_time);

  /// Is due then; nothing: never. What was set before does not count any more.
  void set(std::optional<clock::time_point> when);

  /// Forgets the function.
  void close() { timer_.close(); }

private:
  loop::descriptor timer_;
};

} // namespace troupe::os
