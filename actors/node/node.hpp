#pragma once

#include "actors/history/history_actor.hpp"
#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/node_actor.hpp"
#include "actors/interfaces/pending_call.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/node/node_context.hpp"
#include "actors/node/survey_rounds.hpp"
#include "actors/supervisor/worker_loops.hpp"
#include "protocol/base/result.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace troupe::node {

struct node_state;

using node_self = loop::shared_actor<node_actor, node_state>;

/// A pool and its actors.
struct pool_entry {
  /// Returns whether a reload to this configuration has nothing to do, however a trial
  /// ends.
  bool runs(const config::pool& wanted) const;

  /// The configuration that the pool runs.
  pool_context_ptr context;
  /// The one that its first new worker tries; no other change begins meanwhile.
  pool_context_ptr trial;
  /// The last one that was on trial and is taken over.
  pool_context_ptr rolling;
  /// Some workers were not replaced after the trial, because a replacement failed.
  bool changed_in_part = false;
  /// Where its actors run, among the loops of the node.
  size_t loop = 0;
  broker_actor broker;
  supervisor_actor supervisor;
  /// Made or changed by a request: the file does not say that it should go.
  bool by_request = false;
  /// On its way out: nobody finds it any more.
  bool removing = false;
  /// Whether its last worker and its supervisor are gone.
  bool ended = false;
  /// Called when it has ended.
  std::vector<std::function<void()>> on_ended;
  /// METRICS asks its actors while these live.
  metrics_sources::registration calls_counted;
  metrics_sources::registration workers_counted;
};

/// Pools, by name.
using pool_table = std::map<std::string, pool_entry, std::less<>>;

/// How far a node has left its cluster.
struct cluster_leave {
  /// The cluster was told that it goes.
  bool begun = false;
  /// While it drains: other nodes may still run calls of its callers.
  bool has_calls_away = false;
  /// Who waits for the end of the drain.
  caf::typed_response_promise<atom::drain> drained = {};
};

/// What NODE has counted, and the sources of METRICS that it has added.
struct node_counts {
  /// How often it has read the configuration again.
  uint64_t reloads = 0;
  /// The same where that failed: nothing was changed.
  uint64_t failed_reloads = 0;
  std::vector<metrics_sources::registration> sources;
};

/// Whatever looks at what pools do and use.
struct node_observers {
  sampler_actor sampler;
  history::history_actor history;
  /// METRICS asks SAMPLER while this lives.
  metrics_sources::registration usage_counted = {};
  /// For reports.
  survey_rounds surveys = {};
};

/// The state of a NODE actor.
struct node_state {
  explicit node_state(caf::local_actor*);

  /// Starts those who look at what pools do and use (node_history.cpp).
  void start_observers();
  /// @param detached Workers of it that an earlier node has left.
  void add_pool(const config::pool& p, std::vector<detached_worker> detached = {});
  /// Starts the actors of a pool.
  /// @param sharing Empty for one that other nodes do not know of.
  pool_entry start_pool(const config::pool& p, std::vector<detached_worker> detached,
                        pool_sharing sharing);
  /// Returns the workers that an earlier node has left, by the pools that take them over,
  /// and ends the others; the sessions in those lose their worker.
  std::map<std::string, std::vector<detached_worker>>
  find_left(const std::vector<config::pool>& wanted,
            std::vector<session::session_entry>& earlier) const;
  /// Configures a pool anew; `done` gets how many workers were replaced, or why all is as
  /// before, or why only a part of them was (`changed_in_part`). While a change is on
  /// trial, a further one is a conflict (node_pool_change.cpp).
  void change_pool(pool_entry& entry, const config::pool& to, reload_scope scope,
                   std::function<void(const result<quantity>&)> done);
  /// The pool runs under `fresh`, which was on trial, or as before.
  void end_trial(const pool_context_ptr& fresh, bool good);
  void take_over(pool_entry& entry, const pool_context_ptr& fresh) const;
  /// The change to `fresh` has failed, or ended after a part of the workers.
  void fail_change(const pool_context_ptr& fresh, const fault& why);
  /// Takes no more calls for a pool, lets those that run end, and stops it.
  void remove_pool(pool_entry& entry, std::function<void()> done);
  void end_pool(const pool_entry& entry);
  /// Returns the pool of this name unless it is being removed.
  pool_entry* find_pool(std::string_view name);
  /// Returns where workers may live of a pool whose own loop is the one at `place`
  /// (node_pool_start.cpp).
  supervisor::worker_loops loops_from(size_t place, const pool_context& pool) const;
  /// Returns what a new pool counts with (node_pool_start.cpp).
  pool_counts_ptr make_counts() const;
  /// Has METRICS ask the actors of a pool.
  void register_pool(pool_entry& entry) const;
  void publish_directory();
  /// Runs one call to `$node`.
  void operate(pending_call c);
  /// Gives a call to another actor, whose answer goes to the caller.
  void hand_over(pending_call c, const callee_actor& to);

  /// Returns what it has counted, for METRICS.
  metrics_snapshot_ptr measure() const;

  // -- the end (node_drain.cpp) --------------------------------------------------------

  caf::result<atom::drain> drain();
  /// Tells the cluster that the node goes, then drains the pools.
  void leave_cluster();
  /// Has every pool finish what runs; when none runs anything, goes on.
  void drain_pools();
  /// Waits for what other nodes run for callers of this one.
  void await_calls_away();
  void end_pools();
  /// Answers who has asked for the drain, if it is over.
  void check_drained();
  bool all_pools_ended() const;

  void on_down(const caf::down_msg& m);
  /// If it is the supervisor of one of these pools that has ended, those that wait for
  /// the end of the pool know.
  void take_end(pool_table& all, const caf::down_msg& m);
  /// The node cannot go on without the actor that has ended, unless it is to end anyway.
  void give_up(const std::string& what, const caf::error& reason);

  static inline const char* name = "node";

  node_self* self = nullptr;
  node_context_ptr context;
  sessions_actor sessions;
  node_observers observers;
  pool_table pools;
  /// Of operations that behaviours add, by the name of the operation.
  pool_table added;
  std::shared_ptr<crash_record> crashes;
  size_t next_loop = 0;
  steady_clock::time_point started;
  bool draining = false;
  cluster_leave leave;
  node_counts counts;
};

/// Returns the behavior of a NODE actor: the directory of pools, and the operations.
/// @param self The self pointer; the actor runs beside the loops.
/// @param context What it works with.
/// @param pools The pools to begin with.
/// @param left The sessions that an earlier node has left, as they are on record.
node_actor::behavior_type node_behavior(node_self* self, node_context_ptr context,
                                        const std::vector<config::pool>& pools,
                                        const std::vector<session::session_entry>& left);

} // namespace troupe::node
