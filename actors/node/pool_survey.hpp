#pragma once

#include "actors/node/node.hpp"
#include "actors/node/survey_rounds.hpp"

namespace troupe::node {

/// The facts about a pool for a report. Those that did not come in time have their
/// initial values.
struct pool_survey_row {
  pool_context_ptr pool;
  queue_status queue;
  pool_status status;
};

/// Asks the broker and the supervisor of a pool for their status: the only row.
void survey(node_state& node, const pool_entry& pool, survey_need need,
            survey_finisher finish);

/// Asks those of all pools, in the order of their names.
void survey_all(node_state& node, survey_need need, survey_finisher finish);

} // namespace troupe::node
