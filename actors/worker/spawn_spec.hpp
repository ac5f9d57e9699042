#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/os/spawner.hpp"

#include <sys/types.h>

#include <string>

namespace troupe::worker {

/// Returns what starts worker `index` of the pool: its command and environment with the
/// placeholders filled in and the environment's rules applied.
/// @param incarnation Names its socket and, of one that may outlive the node, its log,
/// with something random for the latter: it may meet those of the next node.
os::spawn_spec make_spawn_spec(const pool_context& pool, int32_t index,
                               incarnation_id incarnation = {});

/// Returns what starts the pool's `slow_command` for the worker `name`, with the
/// placeholders filled in. It runs as the node does, in the pool's folder.
/// @param pid Of the worker's process.
os::spawn_spec make_slow_command(const pool_context& pool, const std::string& name,
                                 pid_t pid);

} // namespace troupe::worker
