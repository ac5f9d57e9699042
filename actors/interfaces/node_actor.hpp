#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/metrics_source.hpp"

namespace troupe {

/// The sessions of the node: takes the calls to `$node` whose kind begins with
/// `session.`.
using sessions_actor =
    callee_actor::extend_with<metrics_source_actor>::extend_with<caf::typed_actor<
        // From NODE: no step runs any more, and the workers go now, or are left behind:
        // what is on record stays as it is.
        caf::replies_to<atom::drain>::with<atom::drain>,
        // From itself: looks for sessions that were idle for too long.
        caf::reacts_to<internal::check_sessions>>>;

/// The directory of the node's pools, and the operations on it: calls to `$node`.
using node_actor =
    callee_actor::extend_with<metrics_source_actor>::extend_with<caf::typed_actor<
        // From the program: drains every pool and stops it; answers when no worker is
        // left.
        caf::replies_to<atom::drain>::with<atom::drain>>>;

} // namespace troupe
