#pragma once

#include "protocol/base/call.hpp"

#include <algorithm>
#include <chrono>

namespace troupe::session {

/// When a session began and when it was used last. The wall clock is for people, and may
/// be set; the steady clock is for timers, and begins anew with the node.
struct session_times {
  using wall_clock = std::chrono::system_clock;

  wall_clock::time_point begun;
  wall_clock::time_point used;
  /// `used` on the steady clock.
  steady_clock::time_point touched;

  /// The session is used now.
  void touch(wall_clock::time_point wall, steady_clock::time_point steady) {
    used = wall;
    touched = steady;
  }

  /// Sets `touched` of a session that an earlier node has left.
  void restore(wall_clock::time_point wall, steady_clock::time_point steady) {
    auto unused = std::max<wall_clock::duration>(wall - used, {});
    touched = steady - std::chrono::duration_cast<steady_clock::duration>(unused);
  }

  /// Return since when it exists, and since when nobody used it; at least 0.
  std::chrono::milliseconds age(wall_clock::time_point now) const {
    return between(begun, now);
  }
  std::chrono::milliseconds idle(wall_clock::time_point now) const {
    return between(used, now);
  }

private:
  static std::chrono::milliseconds between(wall_clock::time_point from,
                                           wall_clock::time_point to) {
    using std::chrono::milliseconds;
    return std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(to - from));
  }
};

} // namespace troupe::session
