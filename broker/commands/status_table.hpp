#pragma once

#include "broker/commands/table.hpp"

#include <boost/json/array.hpp>

namespace troupe::commands {

/// Returns the pools of a node as a table.
/// @param pools What the operation `pools` answers; what is missing is left empty.
table pool_table(const boost::json::array& pools);

/// Returns the nodes of a cluster as a table.
/// @param nodes What the operation `nodes` answers; what is missing is left empty.
table node_table(const boost::json::array& nodes);

/// Returns open calls as a table.
/// @param calls What the operation `calls` answers; what is missing is left empty.
table call_table(const boost::json::array& calls);

/// Returns the workers of a node as a table.
/// @param workers What the operation `workers` answers; what is missing is left empty.
table worker_table(const boost::json::array& workers);

} // namespace troupe::commands
