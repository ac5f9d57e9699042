#pragma once

namespace troupe::os {

/// Returns how many cores this thread may run on (sched_setaffinity(2), cpusets), at
/// least 1. std::thread::hardware_concurrency counts those of the machine.
unsigned usable_cores();

} // namespace troupe::os
