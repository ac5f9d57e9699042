#pragma once

#include "actors/cluster/batches.hpp"
#include "actors/cluster/held_calls.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/cluster/routing.hpp"
#include "actors/cluster/view.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::cluster {

/// What ROUTE works with.
struct route_context {
  /// The pools of this node; outlives ROUTE.
  const directory* names = nullptr;
  std::shared_ptr<const view> others;
  /// None: that of `make_random`.
  random_below random = {};
};

struct route_state;

using route_self = loop::pinned_actor<route_actor, route_state>;

/// The state of a ROUTE actor.
struct route_state {
  explicit route_state(caf::local_actor*);

  // -- where calls go (route_targets.cpp) ------------------------------------------

  /// Where a call goes: to a LINK, or to a pool of this node.
  using target = std::variant<link_actor, broker_actor>;

  /// The pools here and elsewhere, as they were at one moment.
  struct known_pools {
    std::shared_ptr<const directory::table> own;
    std::shared_ptr<const view::table> others;
  };

  /// Calls by where they go.
  struct sorted_calls {
    batches<link_actor, routed_calls> away;
    batches<broker_actor, routed_calls> here;
  };

  /// Takes new calls.
  void submit(submissions& batch);
  /// Sends each call on its way.
  /// @param from Where they were, and why they are there no more; nothing for new ones.
  void send(routed_calls calls, const returned_calls* from = nullptr);
  /// Adds a call to those that go its way, or ends it, or holds it.
  /// @param most How many may be added.
  void assign(sorted_calls& all, const known_pools& known, routed_call&& c,
              const returned_calls* from, size_t most);
  void hand_over(sorted_calls all);
  /// Returns the target, or why there is none.
  result<target> find_target(const known_pools& known, const routed_call& c,
                             const returned_calls* from) const;
  /// Returns the target of a call for the one node that its caller named.
  result<target> find_node(const view::table& known, const call& c) const;
  /// Returns the nodes that may take a call and had no try at it.
  /// @param is_here Whether this node's pool takes it, too: then none that is suspect
  /// does.
  std::vector<candidate> find_candidates(const view::table& t, const routed_call& r,
                                         bool is_here) const;
  /// Returns those of them whose state is one that `suits`.
  std::vector<candidate> find_in_state(const view::table& t, const routed_call& r,
                                       bool (*suits)(node_state)) const;
  /// Gives calls to a pool of this node.
  void run_here(const broker_actor& broker, routed_calls calls);

  // -- callers -------------------------------------------------------------------------

  void cancel(const reply_sink_ptr& sink, tag_id tag);
  void forget(const reply_sink_ptr& sink);
  void release(const reply_sink_ptr& sink);
  /// Says `what` of a sink to everybody who may have calls of it.
  template <class... Ts>
  void tell_all(const Ts&... what);

  // -- operators (route_listing.cpp) ---------------------------------------------------

  /// Asks all LINKs. Calls that are held, since their callers do not read, are not among
  /// the answers.
  caf::result<open_calls> list_calls(const call_query& wanted);
  /// Has the LINK to `node` take a call back.
  caf::result<open_call> cancel_for_operator(const std::string& node, call_number number);

  // -- the end (route_drain.cpp) -------------------------------------------------------

  /// The node stops: takes no new calls, and waits for those that are at other nodes.
  caf::result<atom::drain> drain();
  void check_drained();
  /// Returns whether a call of this node is open with another one. What is no call of a
  /// pool does not count: who follows the events of a node does so without end.
  bool has_calls_away() const;
  /// Settles calls that go nowhere, since the node stops.
  void refuse(routed_calls calls) const;

  // -- links ---------------------------------------------------------------------------

  void join(open_link link);
  void leave(const caf::actor_addr& link);

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

  static inline const char* name = "route";

  route_self* self = nullptr;
  route_context context;
  /// By the names of the nodes.
  std::map<std::string, open_link, std::less<>> links;
  /// Calls whose callers are behind with reading.
  held_calls held;
  /// Pools of this node that were given calls: what is taken back may be with them.
  std::vector<broker_actor> given;
  /// No new calls are taken any more.
  bool draining = false;
  /// Are told when no call is open with another node.
  std::vector<caf::typed_response_promise<atom::drain>> drained;
};

/// Returns the behavior of a ROUTE actor: it gives calls to nodes, and keeps none but
/// those of callers that are behind with reading.
/// @param self The pinned self pointer.
/// @param context What it works with.
route_actor::behavior_type route_behavior(route_self* self, route_context context);

} // namespace troupe::cluster
