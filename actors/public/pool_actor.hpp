#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "actors/public/calls.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_actor.hpp>

#include <string>

namespace troupe {

/// A pool as an actor of the program's own actor system.
using pool_actor = caf::typed_actor<
    // Runs a call: its kind, and its payload as JSON text. Answers with the result as
    // JSON text, or with an error that `to_fault` turns into a fault. The deadline is
    // that of the call: use `caf::infinite`.
    caf::replies_to<std::string, std::string>::with<std::string>>;

/// Spawns an actor that makes calls to `to` at the node `at`. It may outlive the node:
/// calls fail with `shutting_down` then. When it ends, the calls on their way are
/// cancelled, and fail.
/// @param system Any of the program; it need not know the types of Troupe.
/// @param to As for `caller::call`.
pool_actor spawn_pool_actor(caf::actor_system& system, const caller& at, std::string to,
                            call_options options = {});

} // namespace troupe
