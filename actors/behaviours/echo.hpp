#pragma once

#include "actors/interfaces/behaviour_registry.hpp"

namespace troupe::behaviours {

/// Returns the row of `echo`: answers each call with the call's own payload.
behaviour_kind echo();

} // namespace troupe::behaviours
