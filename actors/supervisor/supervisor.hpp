#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/supervisor/breaker.hpp"
#include "actors/supervisor/death_lines.hpp"
#include "actors/supervisor/pending_stops.hpp"
#include "actors/supervisor/pool_condition.hpp"
#include "actors/supervisor/recycle_queue.hpp"
#include "actors/supervisor/replica_set.hpp"
#include "actors/supervisor/rolling_restart.hpp"
#include "actors/supervisor/start_line.hpp"
#include "actors/supervisor/worker_loops.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::supervisor {

struct supervisor_state;

using supervisor_self = loop::pinned_actor<supervisor_actor, supervisor_state>;

/// Workers that are replaced one by one while they work.
struct planned_replacements {
  std::optional<rolling_restart> roll;
  recycle_queue due;
};

/// The data of ended workers, of all replicas.
struct ended_workers {
  death_lines lines;
  /// The sum of their counters.
  worker_counters counted;
};

/// The state of a SUPERVISOR actor.
struct supervisor_state {
  explicit supervisor_state(caf::local_actor*);

  // -- starting ----------------------------------------------------------------

  incarnation spawn_worker(int32_t index, const pool_context_ptr& context,
                           std::optional<detached_worker> detached = {});
  /// Adopts the workers that an earlier node has left, into their replicas as far as
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
  /// Fills the replica with this index if its delay is over.
  void check_start(int32_t index);
  void on_ready(incarnation_id number, const worker_info& info);
  /// A worker that was adopted only for its sessions is ready.
  void on_extra_ready(incarnation_id number, const worker_info& info);
  /// Gives a worker that is ready to the broker.
  void hand_over(int32_t index, const incarnation& w);
  /// An incarnation will end once the calls in it are done: its successor starts now.
  void on_retiring(incarnation_id number);
  /// An incarnation asks to be replaced while it works on.
  void recycle(incarnation_id number, end_reason why);
  /// Starts the replacements that may begin now.
  void recycle_on();
  /// The successor is ready: it takes the replica, the old worker finishes and goes.
  void promote(replica& s);

  // -- size (supervisor_size.cpp) ----------------------------------------------

  /// Opens and closes replicas until their number fits the configuration.
  void fit_size();
  /// Opens replicas for calls that wait.
  void grow(uint64_t waiting, int32_t index);
  /// A worker had nothing to do for long.
  void on_idle(incarnation_id number);
  /// Empties a replica for as long as it is not opened again.
  void close(replica& s, end_reason why);
  /// Has a worker say when it is idle, where that matters.
  void watch_idle(const incarnation& w) const;

  // -- ending (supervisor_deaths.cpp) -------------------------------------------

  void on_down(const caf::down_msg& m);
  /// Its worker has ended: if it is the copy of a pool, it ends, too.
  void end_copy(const replica& s, const fault& why);
  /// A worker has ended before it was ready.
  void count_failed_start(const fault& why);
  void on_current_down(replica& s, const incarnation& gone, const fault& why);
  void on_successor_down(replica& s, const fault& why);
  void come_back(replica& s, bool was_ready, bool lived, const fault& why);
  /// While the breaker is open: has one empty replica try a start, this one if no other
  /// does.
  void probe(replica& s);
  /// Has the broker empty the worker, then stops it.
  void let_go(const incarnation& w, end_reason why);
  /// Remembers how a worker of `s` ended, and says it in the log.
  /// @param in_place Whether it had the replica; a replacement that fails is no restart.
  void record_end(replica& s, const incarnation& gone, const fault& why, bool in_place);
  /// Writes the line about the end of a worker, or about one that could not be started.
  void log_end(spdlog::level::level_enum level, std::string_view worker,
               const fault& why) const;
  /// Returns the fields of a line of the log about the pool.
  /// @param worker A worker of it that the line is about; empty for none.
  log_fields about(std::string_view event, std::string_view worker = {}) const;
  /// Returns whether one more line about a crash loop may be written now.
  bool may_log_death();
  /// Says how many lines were not written, if any.
  void tell_dropped_deaths(uint64_t count);
  /// Keeps the last lines of the worker that ends.
  void keep_last_words(incarnation_id number, std::vector<std::string>& lines);
  void shut_down(const caf::exit_msg& m);
  /// Tells the broker why no call can run, or that calls can run again.
  void update_condition();
  pool_facts facts() const;

  // -- rolling (supervisor_rolling.cpp) -----------------------------------------

  caf::result<quantity> restart(int32_t index);
  caf::result<quantity> reload(pool_context_ptr fresh, reload_scope scope);
  /// Answers which configuration the pool has, once none is on trial.
  caf::result<pool_context_ptr> settled_context();
  /// The configuration on trial becomes that of the pool.
  void end_trial();
  /// Starts all further workers with the configuration `fresh`.
  void switch_to(pool_context_ptr fresh);
  /// Ends external workers, which the node cannot replace. Returns how many.
  uint64_t send_away(int32_t index, end_reason why);
  caf::result<quantity> begin_rolling(rolling_restart r);
  void roll_on();
  /// Returns whether it is the turn of `s` in a rolling restart.
  bool is_rolling(const replica& s) const;
  void end_rolling(std::optional<fault> why);

  // -- operations (supervisor_operations.cpp) ---------------------------------

  caf::result<quantity> stop(int32_t index);
  caf::result<pool_status> status();
  /// Asks all workers; calls `finish` once with what came in time.
  void collect_status(std::function<void(pool_status&)> finish);
  /// Asks for all who want to know now.
  void begin_round();
  /// Returns what METRICS is told (supervisor_metrics.cpp).
  caf::result<metrics_snapshot_ptr> measure();
  /// The incarnation ends and has counted this.
  void record(incarnation_id number, const worker_counters& last);
  caf::result<log_tail> tail(int32_t index);

  // -- helpers -----------------------------------------------------------------

  void publish(std::string kind, std::initializer_list<event_member> more) const;
  /// Returns the fault of a request about a replica that is not there, or not open.
  fault worker_not_found(int32_t index) const;

  /// Returns an invariant that does not hold between two messages, or nothing. For tests:
  /// looks at everything (supervisor_verify.cpp).
  std::optional<std::string> verify() const;

  static inline const char* name = "supervisor";

  supervisor_self* self = nullptr;
  pool_context_ptr pool;
  broker_actor broker;
  /// Set when it begins.
  std::optional<worker_loops> loops;
  std::optional<supervisor::breaker> breaker;
  replica_set replicas;
  start_line starts;
  planned_replacements planned;
  pending_stops stops;
  ended_workers ended;
  pool_condition condition;
  /// The reason of its own end, which comes once its workers have ended; set at the
  /// first exit message.
  std::optional<caf::error> ending;
};

/// Returns the behavior of a SUPERVISOR actor. Ends, after its workers, on the first exit
/// message; on the second the workers are killed at once.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
/// @param broker Is given the workers.
/// @param loops Where they live.
supervisor_actor::behavior_type supervisor_behavior(supervisor_self* self,
                                                    pool_context_ptr pool,
                                                    broker_actor broker,
                                                    worker_loops loops);

} // namespace troupe::supervisor
