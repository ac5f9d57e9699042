#pragma once

#include "actors/interfaces/type_ids.hpp"

#include <caf/typed_actor.hpp>

namespace troupe {

/// Reads what processes use from the system: files of /proc for each process of a tree,
/// which takes too long for a loop.
using sampler_actor = caf::typed_actor<
    // From WORKER or TERMINAL: the resident bytes of the process with this pid and of all
    // that descend from it; 0 if there is none.
    caf::replies_to<atom::sample, int32_t>::with<byte_count>>;

} // namespace troupe
