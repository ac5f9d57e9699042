#pragma once

#include "actors/basp/loop_scribe.hpp"
#include "actors/basp/network.hpp"
#include "actors/loop/pinned.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace troupe::basp {

/// CAF finds the actor that a peer gets by a port. Nobody listens there.
inline constexpr uint16_t published_port = 1;

/// A connection that this node has dialled, before the peer has shown itself to CAF.
struct dial {
  caf::intrusive_ptr<loop_scribe> scribe;
  network::answer then;
};

using dials = boost::unordered_flat_map<uint64_t, dial>;

/// Has the broker take a connection that was dialled and hands its answer on: only an
/// actor can ask for it.
using introducer_actor = caf::typed_actor<
    // The number of a dial.
    caf::reacts_to<caf::connect_atom, uint64_t>>;

struct introducer_state {
  explicit introducer_state(caf::local_actor*) {}
};

using introducer_self = loop::pinned_actor<introducer_actor, introducer_state>;

/// Returns the behavior of an INTRODUCER.
/// @param broker CAF's broker for BASP.
/// @param under_way Shared with the network, which puts in what the introducer takes out.
introducer_actor::behavior_type introducer(introducer_self* self, caf::actor broker,
                                           const std::shared_ptr<dials>& under_way);

} // namespace troupe::basp
