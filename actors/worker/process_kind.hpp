#pragma once

#include "actors/interfaces/worker_registry.hpp"

#include <memory>

namespace troupe::worker {

/// Returns the kind of the workers that are processes and speak one of `wires`.
startable_kind process_kind(std::shared_ptr<const wires::wire_registry> wires);

} // namespace troupe::worker
