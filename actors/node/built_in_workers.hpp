#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/worker_registry.hpp"

#include <memory>
#include <string>

namespace troupe::node {

/// Returns the behaviours that come with Troupe.
std::shared_ptr<behaviour_registry> built_in_behaviours();

/// Returns the kinds of workers that come with Troupe.
/// @param wires What their processes may speak.
worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires);

/// The same.
/// @param behaviours What workers that are actors may do. Plugins may add to it until the
/// node starts.
/// @param host_program The program that isolated behaviours run in.
worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires,
                                 std::shared_ptr<const behaviour_registry> behaviours,
                                 std::string host_program = "troupe");

} // namespace troupe::node
