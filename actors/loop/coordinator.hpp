#pragma once

#include <caf/actor_system_config.hpp>

namespace troupe {

/// Makes `cfg` use CAF's sharing scheduler with a clock that knows the loops: an actor
/// that runs on a loop sets and takes back its timers in the loop's own wheel. With CAF's
/// clock alone every answered request leaves its timer behind until it is due, and each
/// timer wakes a thread. Code that uses `request(…).then(…)` or `delayed_send` does not
/// notice.
/// @param threads Threads of the scheduler, for actors that are not on a loop.
void use_loop_clock(caf::actor_system_config& cfg, size_t threads);

} // namespace troupe
