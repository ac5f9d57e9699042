#pragma once

#include "broker/commands/table.hpp"
#include "broker/top/node_data.hpp"

#include <boost/json/array.hpp>

/// The tables of the pages that `troupe ps` and `troupe nodes` do not have.
namespace troupe::top {

/// The pools with what they do per second.
commands::table pool_table(const boost::json::array& pools, const node_data& data);

/// The calls that wait or run.
commands::table call_table(const boost::json::array& calls);

/// The programs on terminals.
commands::table terminal_table(const boost::json::array& terminals);

/// The events.
commands::table event_table(const boost::json::array& events);

} // namespace troupe::top
