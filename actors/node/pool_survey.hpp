#pragma once

#include "actors/interfaces/fan_in.hpp"
#include "actors/node/node.hpp"

#include <vector>

namespace troupe::node {

/// The facts about a pool for a report. Those that did not come in time have their
/// initial values.
struct pool_survey_row {
  pool_context_ptr pool;
  queue_status queue;
  pool_status status;
};

using pool_survey = fan_in<std::vector<pool_survey_row>>;

/// Asks the brokers and supervisors of `pools`, in their order, for their status.
void survey(node_state& node, const std::vector<const pool_entry*>& pools,
            pool_survey::finisher finish);

/// Asks those of all pools, in the order of their names.
void survey_all(node_state& node, pool_survey::finisher finish);

/// Returns a finisher that goes on with `finish` when SAMPLER has told the memory and CPU
/// time of all workers.
pool_survey::finisher with_usage(node_state& node, pool_survey::finisher finish);

} // namespace troupe::node
