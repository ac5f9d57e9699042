#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/supervisor/breaker.hpp"
#include "protocol/base/json_writer.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace troupe::supervisor {

struct supervisor_state;

using supervisor_self = loop::pinned_actor<supervisor_actor, supervisor_state>;

/// One incarnation of a worker.
struct incarnation {
  worker_actor worker;
  uint64_t number = 0;
  /// What it was started under.
  pool_context_ptr context;
  worker_info info;
  bool ready = false;
  /// It is being ended on purpose.
  bool leaving = false;
  /// The limit of recycling that it has reached.
  std::optional<end_reason> due;
  /// It was left by an earlier node, and these sessions should be in it.
  bool adopted = false;
  std::vector<std::string> sessions;
  steady_clock::time_point born;
  /// What it had counted when it was last asked.
  worker_counters counters;
};

/// A place in the pool, which a worker fills. During a replacement two live in it: the
/// old one works until the new one is ready.
struct replica {
  int32_t index = 0;
  /// Whether a worker belongs here at present.
  bool open = false;
  std::optional<incarnation> current;
  std::optional<incarnation> successor;
  /// Those that were replaced and have not ended yet.
  std::vector<incarnation> old;
  /// Failed starts and early deaths in a row.
  uint32_t failures = 0;
  /// Restarts for faults, and replacements as the configuration or an operator wants.
  uint64_t restarts = 0;
  uint64_t replacements = 0;
  /// Set while it waits for a start.
  std::optional<steady_clock::time_point> start_at;
  /// It is in `supervisor_state::line`.
  bool in_line = false;
  /// Stopped by an operator: stays empty until a restart.
  bool stopped = false;
  /// Left empty by the restart policy.
  bool done = false;
  /// How the last of its workers ended, as JSON, and when.
  std::optional<fault> last_exit;
  std::chrono::system_clock::time_point last_exit_time;
  steady_clock::time_point last_exit_at;
  /// What that one wrote to its stderr last.
  std::vector<std::string> last_words;
};

/// Keeps a crash loop from filling the log: counts the lines that are not written.
struct death_lines {
  steady_clock::time_point since;
  size_t written = 0;
  uint64_t dropped = 0;
};

/// The state of a SUPERVISOR actor.
struct supervisor_state {
  explicit supervisor_state(caf::local_actor*);

  /// A rolling restart in progress.
  struct rolling {
    std::deque<int32_t> todo;
    /// A configuration on trial: the first replacement runs under it, and if that becomes
    /// ready so does everything else.
    pool_context_ptr trial;
    /// Workers born since then need no replacement.
    steady_clock::time_point since;
    uint64_t done = 0;
    /// What the old workers end for.
    end_reason why = end_reason::restart;
    caf::typed_response_promise<uint64_t> promise;
  };

  // -- starting ----------------------------------------------------------------

  incarnation spawn_worker(int32_t index, const pool_context_ptr& context,
                           std::optional<detached_worker> left = {});
  /// Takes the workers over that an earlier node has left, into their replicas as far as
  /// there are any.
  void adopt_detached();
  /// Tells the broker which sessions of `w` are not in it after all.
  void lose_sessions(const incarnation& w, const std::vector<std::string>& present,
                     const fault& why) const;
  /// Fills an empty replica now, or as soon as fewer workers are starting.
  void start(replica& s);
  /// Fills the replicas that wait for fewer workers to be starting.
  void start_due();
  /// Fills an empty replica after a delay.
  void start_later(replica& s, std::chrono::milliseconds delay);
  void on_check(int32_t index);
  void on_ready(uint64_t number, const worker_info& info);
  /// One is ready that was taken over for its sessions alone.
  void on_extra_ready(uint64_t number, const worker_info& info);
  /// Gives a worker that is ready to the broker.
  void hand_over(int32_t index, const incarnation& w);
  /// An incarnation will end once the calls in it are done: its successor starts now.
  void on_retiring(uint64_t number);
  /// An incarnation asks to be replaced while it works on.
  void recycle(uint64_t number, end_reason why);
  /// Starts the replacements that may begin now.
  void recycle_on();
  /// The successor is ready: it takes the replica, the old worker finishes and goes.
  void promote(replica& s);

  // -- size (supervisor_size.cpp) ----------------------------------------------

  /// Adds closed replicas until the largest size of the configuration is there.
  void add_replicas();
  /// Opens and closes replicas until their number fits the configuration.
  void fit_size();
  /// Opens replicas for calls that wait.
  void grow(uint64_t waiting, int32_t index);
  /// A worker had nothing to do for long.
  void on_idle(uint64_t number);
  /// Empties a replica for as long as it is not opened again.
  void close(replica& s, end_reason why);
  size_t open_replicas() const;
  /// Has a worker say when it is idle, where that matters.
  void watch_idle(const incarnation& w) const;

  // -- ending (supervisor_deaths.cpp) -------------------------------------------

  void on_down(const caf::down_msg& m);
  void on_current_down(replica& s, incarnation gone, const fault& why);
  void on_successor_down(replica& s, const fault& why);
  void come_back(replica& s, bool was_ready, bool lived, const fault& why);
  /// While the breaker is open: has one empty replica try a start, this one if no other
  /// does.
  void probe(replica& s);
  /// Has the broker empty the worker, then stops it.
  void let_go(incarnation w, end_reason why);
  /// Remembers how a worker of `s` ended, and says it in the log.
  /// @param in_place Whether it had the replica; a replacement that fails is no restart.
  void record_end(replica& s, const incarnation& gone, const fault& why, bool in_place);
  /// Returns whether one more line about a crash loop may be written now.
  bool may_log_death();
  /// Says how many lines were not written.
  void tell_dropped_deaths();
  /// Keeps the last lines of the worker that ends.
  void keep_last_words(uint64_t number, std::vector<std::string>& lines);
  void shut_down(const caf::exit_msg& m);
  /// Tells the broker why no call can run, or that calls can run again.
  void update_condition();

  // -- rolling (supervisor_rolling.cpp) -----------------------------------------

  caf::result<uint64_t> restart(int32_t index);
  caf::result<uint64_t> reload(pool_context_ptr fresh, bool replace_all);
  /// From now on all that starts is started under `fresh`.
  void switch_to(pool_context_ptr fresh);
  /// Ends workers that the node cannot replace: whoever started them may start others.
  /// Returns how many.
  uint64_t send_away(int32_t index, end_reason why);
  caf::result<uint64_t> begin_rolling(rolling r);
  void roll_on();
  /// Returns whether it is the turn of `s` in a rolling restart.
  bool is_rolling(const replica& s) const;
  void end_rolling(std::optional<fault> why);

  // -- operations (supervisor_operations.cpp) ---------------------------------

  caf::result<uint64_t> stop(int32_t index);
  /// Answers the stops that waited for this incarnation last.
  void check_stopped(uint64_t ended);
  caf::result<pool_status> status();
  /// The incarnation ends and has counted this.
  void record(uint64_t number, const worker_counters& last);
  caf::result<log_tail> tail(int32_t index);

  // -- helpers -----------------------------------------------------------------

  replica* find_replica(int32_t index);
  /// Returns the replica in which an incarnation lives; null for one that has ended.
  replica* replica_of(uint64_t number);
  /// Forgets an incarnation that has ended; returns its number, or 0 for no incarnation.
  uint64_t forget(const caf::actor_addr& worker);
  /// Returns the incarnation with this number if it lives, or nullptr.
  incarnation* find(uint64_t number);
  /// Calls `f` with every incarnation that lives.
  template <class F>
  void for_each(F&& f);
  bool any_alive() const { return !replica_of_number.empty(); }
  void publish(std::string kind, const json_object_writer& more) const;

  static inline const char* name = "supervisor";

  /// A stop that waits for its workers to end.
  struct stopping {
    /// Those that have not ended yet.
    std::unordered_set<uint64_t> numbers;
    uint64_t count = 0;
    caf::typed_response_promise<uint64_t> promise;
  };

  supervisor_self* self = nullptr;
  pool_context_ptr pool;
  broker_actor broker;
  os::launcher_ptr starter;
  std::optional<supervisor::breaker> breaker;
  /// References to a replica stay good when others are added.
  std::deque<replica> replicas;
  // No message about one worker looks at all the others, of which there may be thousands:
  /// Where each incarnation that lives is: its replica, by its number.
  std::unordered_map<uint64_t, int32_t> replica_of_number;
  /// Its number, by its actor.
  std::unordered_map<caf::actor_id, uint64_t> numbers;
  /// Replicas that wait for fewer workers to be starting, in their order. Whoever has no
  /// `start_at` any more, or a later one, has left it.
  std::deque<int32_t> line;
  /// Workers that have been started and are not ready yet.
  size_t starting = 0;
  uint64_t next_incarnation = 1;
  std::optional<rolling> roll;
  /// Incarnations that wait for their turn to be recycled.
  std::deque<uint64_t> due_for_recycle;
  std::vector<stopping> stops;
  death_lines deaths;
  /// The last thing that went wrong.
  fault last_cause;
  /// What the broker was told last.
  fault condition;
  /// What workers have counted that live no more.
  worker_counters past;
  bool ending = false;
  caf::error exit_reason;
};

template <class F>
void supervisor_state::for_each(F&& f) {
  for (auto& s : replicas) {
    if (s.current)
      f(s, *s.current);
    if (s.successor)
      f(s, *s.successor);
    for (auto& w : s.old)
      f(s, w);
  }
}

/// Returns the behavior of a SUPERVISOR actor. Ends, after its workers, on the first exit
/// message; on the second the workers are killed at once.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
/// @param broker Is given the workers.
/// @param starter Starts their children.
supervisor_actor::behavior_type supervisor_behavior(supervisor_self* self,
                                                    pool_context_ptr pool,
                                                    broker_actor broker,
                                                    os::launcher_ptr starter);

} // namespace troupe::supervisor
