#pragma once

#include "protocol/config/worker_kind.hpp"

namespace troupe::config {

/// The `protocol` of their pools.
inline constexpr const char* terminal_protocol = "terminal";

/// Returns the kind of the workers whose programs run on terminals. They have no wire.
worker_kind terminal_workers();

} // namespace troupe::config
