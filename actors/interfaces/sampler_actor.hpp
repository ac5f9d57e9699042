#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "actors/os/process_tree.hpp"

#include <caf/typed_actor.hpp>

#include <sys/types.h>

#include <vector>

namespace troupe {

/// The roots of trees of processes, by pid.
struct process_roots {
  std::vector<pid_t> pids;
};

/// What each of those trees uses, in the same order.
struct tree_usages {
  std::vector<os::tree_usage> trees;
};

/// Reads what processes use from the system: files of /proc for each process of a tree,
/// which takes too long for a loop.
using sampler_actor = caf::typed_actor<
    // From WORKER or TERMINAL: what the process with this pid and all that descend from
    // it use; nothing if there is none.
    caf::replies_to<atom::sample, int32_t, os::tree_facts>::with<os::tree_usage>,
    // From NODE: the same for several processes.
    caf::replies_to<atom::sample, process_roots, os::tree_facts>::with<tree_usages>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::tree_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::tree_usage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::process_roots)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tree_usages)
