#pragma once

#include "actors/behaviours/isolated_setup.hpp"
#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/loop/unique_fd.hpp"
#include "protocol/base/result.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <string>

namespace troupe::isolation {

/// The pipes between a worker process and its node.
struct node_pipes {
  loop::unique_fd in;
  loop::unique_fd out;
};

/// Takes stdin and stdout for the node's lines alone: from then on, code that reads stdin
/// finds nothing, and what is printed on stdout goes to stderr, which is the worker's
/// log. Throws std::system_error if that fails.
node_pipes take_over_pipes();

/// Runs a behaviour as a worker process, until it ends. Threads and actors of the
/// behaviour may still run then, so the process should end without waiting for them:
/// `_exit`.
/// @param prepare Registers what plugins need at the actor system.
/// @returns The words of a failure, if the behaviour did not end in order.
result<void, std::string>
run_isolated(std::shared_ptr<const behaviour_kind> kind, behaviours::isolated_setup setup,
             node_pipes pipes,
             const std::function<void(caf::actor_system_config&)>& prepare);

} // namespace troupe::isolation
