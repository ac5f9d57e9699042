#pragma once

#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/worker_actor.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::supervisor {

/// One incarnation of a worker.
struct incarnation {
  worker_actor worker;
  incarnation_id number;
  /// The configuration that it was started with.
  pool_context_ptr context;
  worker_info info;
  bool ready = false;
  /// The node is ending it on purpose.
  bool leaving = false;
  /// The limit of recycling that it has reached.
  std::optional<end_reason> due;
  /// An earlier node left the worker; these sessions should be in it.
  bool adopted = false;
  std::vector<std::string> sessions;
  steady_clock::time_point born;
  /// Its counters when it was last asked.
  worker_counters counters;
};

} // namespace troupe::supervisor
