#pragma once

#include "actors/supervisor/replica.hpp"

/// Replicas and incarnations without actors.
namespace troupe::testing {

inline supervisor::incarnation numbered(uint64_t number) {
  supervisor::incarnation w;
  w.number = incarnation_id{number};
  return w;
}

inline supervisor::replica open_replica(int32_t index) {
  supervisor::replica s;
  s.index = index;
  s.plan.apply(supervisor::replica_event::opened);
  return s;
}

} // namespace troupe::testing
