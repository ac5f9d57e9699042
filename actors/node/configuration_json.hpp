#pragma once

#include "protocol/config/config.hpp"

#include <boost/json/object.hpp>

/// What a node was told to do, with the keys of its configuration, for people who help
/// others: what may be a secret is left out. Those are the arguments of commands, the
/// values of variables, and what the options of behaviours say.
namespace troupe::node {

/// `[node]`
boost::json::object configuration_json(const config::node& node);

/// `[pool.NAME]`. There is `arguments`, how many the command has, and the names alone of
/// variables and options.
boost::json::object configuration_json(const config::pool& pool);

} // namespace troupe::node
