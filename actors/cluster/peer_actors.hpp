#pragma once

#include "actors/cluster/messages.hpp"
#include "actors/interfaces/open_calls.hpp"
#include "actors/interfaces/pending_call.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What the actors of the cluster say to one another. All of them run on the first loop
/// of the node.
namespace troupe::cluster {

/// A call on its way to another node.
struct routed_call {
  pending_call call;
  /// Nodes that gave it back, or went down with it unstarted, or before they ended it:
  /// none of them gets it again.
  std::vector<std::string> tried = {};
};

/// Calls for one peer.
using routed_calls = std::vector<routed_call>;

/// How many calls are open with one peer, by their pools. Written by LINK, read by ROUTE;
/// both run on one loop.
using open_counts = std::map<std::string, uint32_t, std::less<>>;

/// Calls that a peer did not end and that may run elsewhere.
struct returned_calls {
  /// What their callers are told if there is no other place.
  fault why;
  routed_calls calls;
};

/// How a LINK is.
enum class link_condition : uint8_t {
  /// The peer has answered: after it was opened, or after it was silent.
  up,
  /// It has been silent for a while.
  suspect,
  /// It was silent for too long, or its GATE is gone: the LINK has ended. If the
  /// connection is still open, it is to be closed.
  down,
};

/// What a LINK tells of its peer when that changes, and at each beat's answer.
struct link_report {
  std::string node;
  node_incarnation incarnation;
  link_condition condition = link_condition::up;
  /// Between the last beat and its answer.
  std::chrono::nanoseconds round_trip{0};
  /// Of `down`.
  fault why = {};
};

/// A peer's LINK has introduced itself.
struct peer_opened {
  link_open open;
  /// The process it is of, as CAF names it: hello must have named the same.
  caf::node_id process;
};

/// What a peer tells of the cluster.
struct peer_view {
  std::string node;
  node_incarnation incarnation;
  link_view view;
};

/// Whoever keeps track of the peers: the role of CLUSTER that LINK and GATE see.
using peer_observer_actor = caf::typed_actor<
    // From LINK.
    caf::reacts_to<link_report>,
    // From GATE.
    caf::reacts_to<peer_opened>,
    // From GATE.
    caf::reacts_to<peer_view>>;

/// What a node publishes to its peers: it takes their calls.
using gate_actor = caf::typed_actor<
    // From a peer's LINK, before all others.
    caf::reacts_to<link_open>,
    // From a peer's LINK.
    caf::reacts_to<link_calls>,
    // From a peer's LINK.
    caf::reacts_to<link_cancel>,
    // From a peer's LINK.
    caf::reacts_to<link_taken>,
    // From a peer's LINK: answered with the same.
    caf::reacts_to<link_beat>,
    // From a peer's LINK.
    caf::reacts_to<link_view>,
    // From CLUSTER: the node leaves. Calls of peers are given back from now on.
    caf::reacts_to<atom::leave>,
    // From whoever ends the node: answers when all outcomes that are known were sent.
    caf::replies_to<atom::drain>::with<atom::drain>,
    // From one of its sinks, where it runs on no loop: something waits to be sent. From
    // itself, while somebody waits for the end of that.
    caf::reacts_to<internal::check_unsent>>;

/// The way to one peer while one connection to it lasts.
using link_actor = callee_actor::extend_with<caf::typed_actor<
    // From ROUTE: calls for this peer.
    caf::reacts_to<routed_calls>,
    // From CLUSTER: is told to the peer.
    caf::reacts_to<link_view>,
    // From CLUSTER: the connection is closed, or about to be, for this reason: what is
    // open ends as if the peer were down, and so does the LINK.
    caf::reacts_to<atom::stop, fault>,
    // From the peer's GATE.
    caf::reacts_to<link_outcomes>,
    // From the peer's GATE.
    caf::reacts_to<link_chunks>,
    // From the peer's GATE: the answer to a beat.
    caf::reacts_to<link_beat>,
    // From itself: a beat or a deadline is due.
    caf::reacts_to<internal::timer, timer_id>,
    // From itself, where it runs on no loop: something waits to be sent.
    caf::reacts_to<internal::check_unsent>,
    // From ROUTE: answers with the open calls that are asked for.
    caf::replies_to<call_query>::with<open_calls>,
    // From ROUTE: an operator takes this call back for its caller. Answers with what it
    // was, or with `not_found`.
    caf::replies_to<atom::cancel, call_number>::with<open_call>,
    // From itself: goes on looking for calls that were asked for.
    caf::reacts_to<internal::search_calls>>>;

/// A LINK that takes calls.
struct open_link {
  std::string node;
  link_actor link;
  std::shared_ptr<const open_counts> open;
  /// How many of those are held, since their callers have enough with the peer, or do not
  /// read. Null: none.
  std::shared_ptr<const size_t> held = nullptr;
};

/// Gives calls to nodes: the callee of every pool that is not, or not only, here.
using route_actor = callee_actor::extend_with<caf::typed_actor<
    // From LINK: its peer has answered, and takes calls.
    caf::reacts_to<atom::join, open_link>,
    // From LINK: its peer is down. After the answer it is given no calls any more.
    caf::replies_to<atom::leave, link_actor>::with<atom::leave>,
    // From LINK: these calls did not run, or may run again.
    caf::reacts_to<returned_calls>,
    // From NODE, whose pools are empty: calls of clients are refused from now on. Answers
    // when none is open with another node.
    caf::replies_to<atom::drain>::with<atom::drain>,
    // From itself, while somebody waits for that.
    caf::reacts_to<internal::check_drained>,
    // From NODE: answers with the calls that are asked for and that other nodes have.
    caf::replies_to<call_query>::with<open_calls>,
    // From NODE: an operator takes this call, which the node of this name has, back for
    // its caller. Answers with what it was, or with `not_found`.
    caf::replies_to<atom::cancel, std::string, call_number>::with<open_call>>>;

/// Returns what asks LINK or GATE, where they run on no loop, for a flush; see
/// `turn_end`. Does nothing once the actor is gone.
std::function<void()> reminder_of(caf::actor_addr whom);

} // namespace troupe::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::routed_calls)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::returned_calls)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::open_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::link_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::peer_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cluster::peer_view)
