#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/worker_registry.hpp"

#include <memory>
#include <string>

namespace troupe::behaviours {

/// Returns the kind of the workers that are behaviours: a pool asks for it with the key
/// `behaviour`.
/// @param known What that key may name. Plugins may add to it until the node starts.
/// @param host_program The program whose command `host` isolated ones run in.
startable_kind behaviour_workers(std::shared_ptr<const behaviour_registry> known,
                                 std::string host_program);

} // namespace troupe::behaviours
