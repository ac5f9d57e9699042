#pragma once

#include <caf/actor_system_config.hpp>

namespace troupe::loop {

/// Makes `cfg` use CAF's sharing scheduler with a clock that knows the loops: the timers
/// of an actor that runs on a loop live in the loop's own wheel, where setting one and
/// taking it back (which `request_with_timeout.hpp` does when the answer comes) costs two
/// list operations. CAF's own clock wakes a thread for each. Code that uses
/// `request(…).then(…)` or `delayed_send` does not notice.
/// @param threads Threads of the scheduler, for actors that are not on a loop.
void use_loop_clock(caf::actor_system_config& cfg, size_t threads);

} // namespace troupe::loop
