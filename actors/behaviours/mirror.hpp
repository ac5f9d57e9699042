#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the row of `mirror`: stands before a pool and gives a share of the calls to a
/// second one, too, whose outcomes nobody sees.
behaviour_kind mirror();

} // namespace troupe::behaviours
