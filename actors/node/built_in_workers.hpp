#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/worker_registry.hpp"

#include <memory>

namespace troupe::node {

/// Returns the behaviours that come with Troupe.
std::shared_ptr<const behaviour_registry> built_in_behaviours();

/// Returns the kinds of workers that come with Troupe.
/// @param wires What their processes may speak.
worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires);

/// The same.
/// @param behaviours What workers that are actors may do.
worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires,
                                 std::shared_ptr<const behaviour_registry> behaviours);

} // namespace troupe::node
