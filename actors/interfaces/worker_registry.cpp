#include "actors/interfaces/worker_registry.hpp"

#include <utility>

namespace troupe {

void worker_registry::add(startable_kind k) {
  spawners_.insert_or_assign(k.kind.traits.kind, std::move(k.spawn));
  kinds_.add(std::move(k.kind));
}

worker_actor worker_registry::spawn(caf::local_actor& parent, worker_start start) const {
  auto& kind = start.pool->config.workers.kind;
  return spawners_.find(kind)->second(parent, std::move(start));
}

} // namespace troupe
