#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/worker_registry.hpp"

#include <memory>

namespace troupe::behaviours {

/// Returns the kind of the workers that are behaviours: a pool asks for it with the key
/// `behaviour`.
/// @param known What that key may name.
startable_kind behaviour_workers(std::shared_ptr<const behaviour_registry> known);

} // namespace troupe::behaviours
