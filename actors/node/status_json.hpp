#pragma once

#include "actors/interfaces/status.hpp"
#include "protocol/config/config.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

/// What the operations of a node answer, as JSON.
namespace troupe::node {

/// A pool with its queue and how its workers are.
boost::json::object to_json(const config::pool& pool, const queue_status& queue,
                            const pool_status& status);

/// One worker.
boost::json::object to_json(const config::pool& pool, const replica_status& replica);

/// A fault, as clients get it.
boost::json::value to_value(const fault& why);

/// Whether the pool can take a call now, or will as soon as a busy worker is free.
bool is_ready(const config::pool& pool, const queue_status& queue);

} // namespace troupe::node
