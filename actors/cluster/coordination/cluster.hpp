#pragma once

#include "actors/cluster/coordination/cluster_actor.hpp"
#include "actors/cluster/coordination/refusals.hpp"
#include "actors/cluster/membership/gossip.hpp"
#include "actors/cluster/membership/member_list.hpp"
#include "actors/cluster/peer_counts.hpp"
#include "actors/cluster/view.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/loop/wake_ups.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::coordination {

struct cluster_state;

using cluster_self = loop::pinned_actor<cluster_actor, cluster_state>;

/// What CLUSTER works with. All of it outlives the actor.
struct cluster_context {
  /// Who is in the cluster. The door asks it, on the same thread, whom to let in.
  std::shared_ptr<membership::member_list> members;
  /// What the other threads know of that.
  std::shared_ptr<cluster::view> view;
  /// The pools of this node, with their load.
  const troupe::directory* directory = nullptr;
  events_actor events;
  std::shared_ptr<spdlog::logger> log;
  /// Dials; CLUSTER gets an `arrival` or a `missed_connection`.
  std::function<void(const membership::dial_order&)> dial;
  /// Spawns the LINK to a peer with this GATE, which reports to CLUSTER and joins ROUTE.
  std::function<cluster::link_actor(const membership::peer_facts&,
                                    const caf::strong_actor_ptr&,
                                    const peer_connection_ptr&)>
      make_link;
  /// What is counted of the peers. Never null.
  std::shared_ptr<cluster::all_peer_counts> counts =
      std::make_shared<cluster::all_peer_counts>();
};

/// A peer that was let in.
struct peer_entry {
  membership::peer_facts who;
  bool dialled = false;
  peer_connection_ptr connection;
  /// Null until the peer's GATE is known.
  cluster::link_actor link;
  membership::told_to_peer told;
  /// Whether it has told anything. Until then holds what an earlier run has told.
  bool has_told = false;
  /// The largest `max_frame` that this node reckons with in what the peer sends.
  uint64_t frame = limits::peer_frame;
  std::optional<std::chrono::nanoseconds> round_trip;
};

/// The state of a CLUSTER actor.
struct cluster_state {
  explicit cluster_state(caf::local_actor*) {}

  // -- connections (cluster_peers.cpp) -----------------------------------------------

  void on_arrival(arrival& a);
  void on_missed(const missed_connection& m);
  /// Tells once of an address where no node is found.
  void note_unmet(const missed_connection& m);
  void on_refusal(const refusal_notice& r);
  void on_gate(const gate_answer& a);
  void on_opened(const cluster::peer_opened& o);
  /// A LINK speaks for a node that it is not of.
  void on_stranger(const std::string& node);
  /// Operators are told of a connection that was let in, at most once a second for each
  /// reason.
  void refuse(refusal_notice notice);
  void tell(const refusal_notice& r);
  void on_report(const cluster::link_report& r);
  void on_down(const caf::down_msg& m);
  /// Lets go of peers that have dialled and hung up again before they spoke: nobody else
  /// tells of them, and their names would be taken.
  void drop_gone();
  /// Ends the connection with a peer, and what is open over it.
  void drop(const std::string& name, fault why);
  /// The same for one that was let in and has no link yet: it counts as refused.
  void drop_silent(const std::string& peer, fault why);
  /// Returns the peer, if this is its present run.
  peer_entry* find(const std::string& name, node_incarnation run);
  void link(peer_entry& p, const caf::strong_actor_ptr& remote);

  // -- what is told (cluster_gossip.cpp) ---------------------------------------------

  void on_view(const cluster::peer_view& v);
  /// Tells each peer what has changed.
  void gossip();
  std::vector<membership::own_pool> own_pools();
  /// Has the peer send what it must if somebody has a pool with this `max_frame`.
  static void expect(peer_entry& p, uint64_t max_frame);
  /// Publishes what has become of members, and writes the view.
  void announce();
  /// Writes the view if it is old, and the last one is not too young.
  void renew_view();
  void write_view();
  cluster_report report();

  /// Returns what is counted of the peers, for METRICS (cluster_metrics.cpp).
  metrics_snapshot_ptr measure() const;

  // -- all of it (cluster.cpp) -------------------------------------------------------

  /// Dials who is due, ends what did not open in time, tells what has changed.
  void check();
  /// Sees to it that the next one comes in time: something has happened.
  void plan_check();
  void leave();

  static inline const char* name = "cluster";

  cluster_self* self = nullptr;
  cluster_context context;
  cluster::gate_actor gate;
  std::map<std::string, peer_entry, std::less<>> peers;
  /// What each node has told of its pools; is kept when it is down, so that calls for
  /// them are told that rather than that there is no such pool.
  std::map<std::string, membership::heard_from_peer, std::less<>> heard;
  /// The numbers of this node's pools, for as long as the node runs.
  std::map<std::string, pool_number, std::less<>> numbers;
  /// The largest `max_frame` that a pool of this node has or had.
  uint64_t largest_frame = limits::peer_frame;
  /// When what is known is told next, at the earliest.
  struct {
    membership::time_point next_gossip;
    membership::time_point next_view;
    /// A peer has told of pools since the view was written.
    bool view_is_old = false;
  } pace;
  loop::wake_ups looks;
  refusals refused;
  /// Since when nobody answers at addresses of `peers`; nothing if that was told.
  std::map<std::string, std::optional<membership::time_point>> unmet;
  /// Why connections were lost of which `announce` has not told yet.
  std::map<std::string, std::string, std::less<>> why_lost;
};

static_assert(!std::is_aggregate_v<cluster_state>);

/// Returns the behavior of a CLUSTER actor.
cluster_actor::behavior_type cluster_behavior(cluster_self* self,
                                              cluster_context context);

} // namespace troupe::coordination
