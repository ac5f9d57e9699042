#pragma once

#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "protocol/base/call.hpp"

#include <string>
#include <vector>

namespace troupe {

/// A call that has run longer than its pool's `slow`, while it runs.
struct slow_call {
  pool_context_ptr pool;
  /// The worker that runs it, and its name.
  worker_actor worker;
  std::string worker_name;
  ticket_id ticket;
  shared_bytes kind;
  /// When a front took it, when it came to the worker, and when it ends at the latest.
  steady_clock::time_point taken;
  steady_clock::time_point started;
  steady_clock::time_point deadline;
  /// The caller's own name for it, as in `call`; empty for none.
  shared_bytes request_id = {};
  /// Null for a call of no trace.
  trace_context_ptr trace = {};
};

/// Such a call does not run any more.
struct slow_call_end {
  std::string pool;
  ticket_id ticket;
  /// How it ended; `code::none` for a result.
  code how = code::none;
  /// Its worker did not end it, and it waits again.
  bool runs_again = false;
  /// The last lines of the stderr of a worker that ended instead.
  std::vector<std::string> last_lines = {};
};

/// The slow calls of a node.
using slow_log_actor = caf::typed_actor<
    // From BROKER: a call has become slow.
    caf::reacts_to<slow_call>,
    // From BROKER: a call that was slow has ended.
    caf::reacts_to<slow_call_end>,
    // From NODE: answers with the last of them, the youngest first, as JSON.
    caf::replies_to<atom::status>::with<shared_bytes>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::slow_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::slow_call_end)
