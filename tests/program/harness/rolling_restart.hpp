#pragma once

#include "tests/program/harness/cluster_load.hpp"

#include <functional>
#include <string>

namespace program {

/// Drains and starts the nodes of a cluster, one after the other, while clients of all of
/// them call. The clients of a node leave it before it is drained, as behind a load
/// balancer.
/// @param plan What each client does.
/// @param change Called with the name of each node while that does not run; may be empty.
/// @return What all clients saw.
load_tally
restart_node_by_node(test_cluster& nodes, const load_plan& plan,
                     const std::function<void(const std::string&)>& change = nullptr);

} // namespace program
