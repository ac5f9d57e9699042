#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the row of `rate-limit`: stands before a pool and lets each key make so many
/// calls a second.
behaviour_kind rate_limit();

} // namespace troupe::behaviours
