#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/os/spawner.hpp"

namespace troupe::worker {

/// Returns what starts worker `index` of the pool: its command and environment with the
/// placeholders filled in and the environment's rules applied.
/// @param incarnation Names its socket and, of one that may outlive the node, its log,
/// with something random for the latter: it may meet those of the next node.
os::spawn_spec make_spawn_spec(const pool_context& pool, int32_t index,
                               incarnation_id incarnation = {});

} // namespace troupe::worker
