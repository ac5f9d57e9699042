#include "actors/supervisor/worker_loops.hpp"

#include <algorithm>
#include <utility>

namespace troupe::supervisor {

worker_loops::worker_loops(const std::vector<loop::event_loop*>& all, make_launcher make)
  : make_(std::move(make)) {
  for (auto one : all)
    places_.push_back({nullptr, one, places_.size()});
}

worker_loops::~worker_loops() {
  auto here = loop::event_loop::current();
  for (auto& place : places_)
    if (here && place.starter && place.loop && place.loop != here)
      place.loop->post([starter = std::move(place.starter)] {});
}

const worker_place& worker_loops::place_of(int32_t index, uint32_t loops) {
  auto most = std::min(places_.size(), size_t{loops});
  auto& place = places_[static_cast<size_t>(index) % most];
  if (!place.starter)
    place.starter = make_(*place.loop);
  return place;
}

void worker_loops::renew() {
  tell(&os::launcher::renew, 0);
}

void worker_loops::revert() {
  tell(&os::launcher::revert, 0);
}

void worker_loops::rest(size_t first) {
  tell(&os::launcher::rest, first);
}

/// A launcher is told on its own loop. What is posted there now comes before a worker
/// that is spawned there later.
void worker_loops::tell(void (os::launcher::*what)(), size_t first) {
  for (auto& place : places_)
    if (!place.starter || place.number < first)
      continue;
    else if (!place.loop || place.loop == loop::event_loop::current())
      (*place.starter.*what)();
    else
      place.loop->post([starter = place.starter, what] { (*starter.*what)(); });
}

} // namespace troupe::supervisor
