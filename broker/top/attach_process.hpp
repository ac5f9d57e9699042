#pragma once

#include "broker/client/node_locator.hpp"
#include "broker/top/model.hpp"

#include <string>

namespace troupe::top {

/// Runs `troupe attach` on the user's terminal, as a process of its own, until it ends.
/// Returns what it said last.
/// @param where The node, as the user named it.
std::string run_attach(const attach& what, const client::node_locator& where);

} // namespace troupe::top
