#pragma once

#include "actors/interfaces/worker_registry.hpp"

namespace troupe::terminal {

/// Returns the kind of the workers whose programs run on terminals.
startable_kind terminal_kind();

} // namespace troupe::terminal
