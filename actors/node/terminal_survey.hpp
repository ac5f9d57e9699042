#pragma once

#include "actors/node/node.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace troupe::node {

/// Returns a call to worker `index` of a pool of terminals.
call to_terminal(const char* kind, int32_t index, shared_bytes payload = null_payload());

/// The answers of terminals, by pool and index. Terminals that ended meanwhile are
/// absent.
using terminal_answers = std::map<std::pair<std::string, int32_t>, boost::json::value>;

/// Asks all terminals of a node that run for `kind`, a call of terminals. For the NODE
/// actor.
/// @param finish Called once, perhaps before this returns.
void ask_terminals(node_state& node, const char* kind,
                   std::function<void(terminal_answers&)> finish);

} // namespace troupe::node
