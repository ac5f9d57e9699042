#pragma once

#include "actors/os/child_slots.hpp"
#include "actors/os/spawner.hpp"

#include <sys/resource.h>

namespace troupe::os {

/// Starts the program of `spec` as a child of the calling thread (see `spawner` for what
/// a child gets and does not get). Returns after the program was loaded, or after that
/// failed: the error names the step, and the program where it is the program's.
/// @param files The limit on open files that it gets where `spec` sets none.
/// @param slots Of the calling thread.
spawn_result execute(const spawn_spec& spec, const rlimit& files, child_slots& slots);

} // namespace troupe::os
