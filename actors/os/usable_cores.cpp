#include "actors/os/usable_cores.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace troupe::os {

unsigned usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // It fails where the machine has more cores than a set holds.
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0)
    return static_cast<unsigned>(CPU_COUNT(&cores));
  return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace troupe::os
