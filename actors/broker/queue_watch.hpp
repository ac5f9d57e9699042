#pragma once

#include "actors/broker/call_lines.hpp"
#include "actors/broker/call_search.hpp"
#include "actors/broker/open_looks.hpp"
#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/pool_counts.hpp"
#include "actors/loop/wake_ups.hpp"

#include <optional>

namespace troupe::broker {

/// When BROKER looks at the calls that are open.
struct queue_watch {
  /// For those that have waited too long.
  loop::wake_ups deadlines;
  /// Whether a look for those that may go to another node is under way.
  bool looks_for_spills = false;
  /// Whether some have gone to other nodes: a call that is taken back may be one of them.
  bool has_spilled = false;
  /// Calls of this message that look for room at other nodes.
  submissions leaving = {};
  /// Whether a look for slow calls is under way, and the timers for them.
  bool looks_for_slow = false;
  loop::wake_ups slow_looks = {};
  /// The lines of the log about them.
  call_lines lines = {};
  /// For operators who list calls.
  call_searches searches = {};
  /// Of operators, at workers: they are not among the calls.
  open_looks looks = {};
  /// For scrapes: set if the pool is a copy of another, which tells of its calls.
  std::optional<counted_copy> counted_with_other = {};
};

} // namespace troupe::broker
