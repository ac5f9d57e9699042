#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the row of `cache`: stands before a pool and answers a call with the result of
/// an equal one.
behaviour_kind cache();

} // namespace troupe::behaviours
