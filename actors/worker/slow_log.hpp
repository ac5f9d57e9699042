#pragma once

#include "actors/loop/pinned.hpp"
#include "actors/worker/slow_record.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace troupe::worker {

struct slow_log_state;

using slow_log_self = loop::shared_actor<slow_log_actor, slow_log_state>;

/// The state of a SLOW LOG actor.
struct slow_log_state {
  using record_ptr = std::shared_ptr<slow_record>;

  explicit slow_log_state(caf::local_actor*);

  void begin(slow_call& c);
  void end(slow_call_end& e);
  shared_bytes list() const;

  /// Writes that a call is slow, and has its command run.
  void report(const record_ptr& r);
  /// Has the next command run if none does.
  void run_next();
  /// Writes the end of a call, if it has ended and no command looks at it.
  void close(const record_ptr& r);
  static void write_end(const record_ptr& r);

  static inline const char* name = "slow_log";

  slow_log_self* self = nullptr;
  command_runner_actor runner;
  /// The last of them, the oldest first.
  std::deque<record_ptr> records;
  /// Those that have not ended, by pool and ticket.
  std::map<std::pair<std::string, ticket_id>, record_ptr> open;
  /// Those whose command has to wait.
  std::deque<record_ptr> waiting;
  bool runs_command = false;
};

static_assert(!std::is_aggregate_v<slow_log_state>);

/// Returns the behavior of a SLOW LOG actor. It runs on no loop.
/// @param runner Runs the commands; ends with this actor. Null if none can be run.
slow_log_actor::behavior_type slow_log_behavior(slow_log_self* self,
                                                command_runner_actor runner);

} // namespace troupe::worker
