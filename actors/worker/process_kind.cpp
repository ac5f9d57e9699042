#include "actors/worker/process_kind.hpp"

#include "actors/worker/worker.hpp"

namespace troupe::worker {

startable_kind process_kind(std::shared_ptr<const wires::wire_registry> wires) {
  startable_kind k;
  k.kind.protocols = std::move(wires);
  k.spawn = [](caf::local_actor& parent, worker_start s) -> worker_actor {
    return loop::spawn_near(parent, s.loop, worker_behavior, std::move(s.pool),
                            worker_identity{s.index, s.incarnation, s.loop_number},
                            std::move(s.supervisor), std::move(s.starter),
                            std::move(s.detached));
  };
  return k;
}

} // namespace troupe::worker
