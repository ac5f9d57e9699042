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
  /// What it was started under.
  pool_context_ptr context;
  worker_info info;
  bool ready = false;
  /// It is being ended on purpose.
  bool leaving = false;
  /// The limit of recycling that it has reached.
  std::optional<end_reason> due;
  /// It was left by an earlier node, and these sessions should be in it.
  bool adopted = false;
  std::vector<std::string> sessions;
  steady_clock::time_point born;
  /// What it had counted when it was last asked.
  worker_counters counters;
};

} // namespace troupe::supervisor
