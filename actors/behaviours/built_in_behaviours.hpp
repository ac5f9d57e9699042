#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the behaviours that come with Troupe.
behaviour_registry built_in_behaviours();

} // namespace troupe::behaviours
