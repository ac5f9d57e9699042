#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the operation `support`: it answers what is asked when a node has a problem,
/// as one JSON object. It is gathered by other operations of the node.
behaviour_kind support();

} // namespace troupe::behaviours
