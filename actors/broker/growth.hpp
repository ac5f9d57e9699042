#pragma once

#include "actors/interfaces/supervisor_actor.hpp"

#include <utility>

namespace troupe::broker {

/// SUPERVISOR, which is told that calls wait for more workers, and whether BROKER's
/// regular check for such calls is on.
class growth {
public:
  /// Returns whether this is the first supervisor.
  bool report_to(supervisor_actor supervisor) {
    return !std::exchange(supervisor_, std::move(supervisor));
  }

  /// Null until it has introduced itself.
  const supervisor_actor& supervisor() const noexcept { return supervisor_; }

  /// A call waits for any worker. Returns whether a look at the queue is to be scheduled:
  /// none is under way.
  bool begin() { return !std::exchange(looking_, true); }

  /// A look at the queue found such calls, or none. Returns whether to look again later.
  bool look(bool calls_wait) {
    looking_ = calls_wait;
    return looking_;
  }

private:
  supervisor_actor supervisor_;
  bool looking_ = false;
};

} // namespace troupe::broker
