#include "actors/interfaces/pool_counts.hpp"

#include <algorithm>

namespace troupe {

void call_gauges::add(const call_gauges& other) {
  waiting += other.waiting;
  running += other.running;
  abandoned += other.abandoned;
  slots += other.slots;
  oldest_waiting = std::max(oldest_waiting, other.oldest_waiting);
  oldest_running = std::max(oldest_running, other.oldest_running);
}

} // namespace troupe
