#pragma once

#include "actors/cluster/coordination/cluster_report.hpp"
#include "actors/cluster/coordination/peer_connection.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/interfaces/metrics_source.hpp"

namespace troupe::coordination {

/// Keeps track of the nodes of the cluster, and connects with them.
using cluster_actor =
    cluster::peer_observer_actor::extend_with<metrics_source_actor>::extend_with<
        caf::typed_actor<
            // From the door: somebody was let in.
            caf::reacts_to<arrival>,
            // From the door.
            caf::reacts_to<missed_connection>,
            // From the door: at most once a second for each reason.
            caf::reacts_to<refusal_notice>,
            // From whoever starts it, before all others: what peers are given.
            caf::reacts_to<atom::join, cluster::gate_actor>,
            // From a connection, by way of CAF: the peer that this node has dialled.
            caf::reacts_to<gate_answer>,
            // From NODE: tells all peers that this node leaves: they send no more calls.
            // Answers when that is on its way.
            caf::replies_to<atom::leave>::with<atom::leave>,
            // What it knows of the nodes.
            caf::replies_to<atom::status>::with<cluster_report>,
            // From itself: time to look at who is to be dialled and what is to be told.
            caf::reacts_to<internal::check_peers>>>;

} // namespace troupe::coordination

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordination::arrival)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordination::missed_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordination::refusal_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordination::gate_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::coordination::cluster_report)
