#pragma once

#include "actors/interfaces/worker_registry.hpp"

#include <memory>

namespace troupe::node {

/// Returns the kinds of workers that come with Troupe.
/// @param wires What their processes may speak.
worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires);

} // namespace troupe::node
