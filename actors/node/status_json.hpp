#pragma once

#include "actors/followers/followers_actor.hpp"
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

/// A follower of events.
boost::json::object to_json(const follower_status& follower);

/// The names of the followers that were added, changed and removed.
boost::json::object to_json(const followers::follower_changes& changes);

/// A fault, as clients get it.
boost::json::value to_value(const fault& why);

} // namespace troupe::node
