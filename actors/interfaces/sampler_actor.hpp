#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "actors/os/process_tree.hpp"

#include <caf/typed_actor.hpp>

namespace troupe {

/// Reads what processes use from the system: files of /proc for each process of a tree,
/// which takes too long for a loop.
using sampler_actor = caf::typed_actor<
    // From WORKER or TERMINAL: what the process with this pid and all that descend from
    // it use; nothing if there is none.
    caf::replies_to<atom::sample, int32_t>::with<os::tree_usage>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::tree_usage)
