#include "actors/supervisor/worker_loops.hpp"

#include <algorithm>
#include <utility>

namespace troupe::supervisor {

worker_loops::worker_loops(const std::vector<loop::event_loop*>& all, make_launcher make)
  : make_(std::move(make)) {
  for (auto one : all)
    places_.push_back({nullptr, one, places_.size()});
}

const worker_place& worker_loops::place_of(int32_t index, uint32_t loops) {
  auto most = std::min(places_.size(), size_t{loops});
  auto& place = places_[static_cast<size_t>(index) % most];
  if (!place.starter)
    place.starter = make_(*place.loop);
  return place;
}

void worker_loops::renew() {
  tell(&os::launcher::renew);
}

void worker_loops::rest() {
  tell(&os::launcher::rest);
}

/// A launcher is told on its own loop. What is posted there now comes before a worker
/// that is spawned there later.
void worker_loops::tell(void (os::launcher::*what)()) {
  for (auto& place : places_)
    if (!place.starter)
      continue;
    else if (!place.loop || place.loop == loop::event_loop::current())
      (*place.starter.*what)();
    else
      place.loop->post([starter = place.starter, what] { (*starter.*what)(); });
}

} // namespace troupe::supervisor
