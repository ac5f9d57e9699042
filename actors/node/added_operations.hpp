#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "protocol/config/config.hpp"
#include "protocol/config/known_kinds.hpp"

#include <memory>
#include <vector>

/// Operations of `$node` that behaviours add. Each has a pool of one worker, which no
/// list of pools shows: so it has the life of any worker, and calls have deadlines.
namespace troupe::node {

/// Tells the reader of a configuration which behaviours are operations, and which names
/// the node uses itself.
/// @param behaviours May get more of them, until `[operation]` is read.
void add_operations(config::known_kinds& known,
                    std::shared_ptr<const behaviour_registry> behaviours);

/// Returns the pools of the operations, in their order: each is named `$` and the name of
/// its operation, a name that no configuration can give to a pool.
/// @param behaviours Has all that the operations name.
std::vector<config::pool>
operation_pools(const std::vector<config::operation>& operations,
                const std::shared_ptr<const behaviour_registry>& behaviours);

} // namespace troupe::node
