#include "actors/worker/worker.hpp"

namespace troupe::worker {

std::optional<std::string> worker_state::verify() const {
  for (auto& wrong : {slots.verify(), nested ? nested->verify() : std::nullopt})
    if (wrong)
      return wrong;
  auto is_used = slots.used() > 0;
  if (is_used && (phase == worker_phase::starting || phase == worker_phase::ready))
    return "worker: a slot is in use in a worker that is not busy";
  if (!is_used && phase == worker_phase::busy)
    return "worker: a worker is busy in which no slot is in use";
  return std::nullopt;
}

} // namespace troupe::worker
