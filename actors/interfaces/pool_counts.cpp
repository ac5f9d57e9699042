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

pool_call_totals pool_counts::all_totals() const {
  auto all = totals;
  for (auto& of_loop : by_loop) {
    all.parts += of_loop.parts();
    all.sent_bytes += of_loop.part_bytes();
  }
  return all;
}

metrics::worker_counts pool_counts::workers() const {
  auto all = starts;
  for (auto& of_loop : by_loop)
    of_loop.add_to(all);
  return all;
}

} // namespace troupe
