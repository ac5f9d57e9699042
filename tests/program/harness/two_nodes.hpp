#pragma once

#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"

namespace program {

/// Alpha and beta, each with a pool of its own: `only-alpha` and `only-beta`.
struct two_nodes : test_cluster {
  two_nodes()
    : test_cluster({.pools = [](auto& name) { return puppets("only-" + name); },
                    .names = {"alpha", "beta"}}) {}

  node_process& alpha = (*this)["alpha"];
  /// Of alpha.
  websocket events{alpha, "/ws"};
};

} // namespace program
