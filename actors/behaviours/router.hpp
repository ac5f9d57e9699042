#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the row of `router`: gives each call to the pool that a value in its payload
/// asks for.
behaviour_kind router();

} // namespace troupe::behaviours
