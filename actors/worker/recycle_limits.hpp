#pragma once

#include "protocol/config/config.hpp"

namespace troupe::worker {

/// Returns the limits of recycling of one worker: each of the pool's that is set, less a
/// random share of at most `jitter`, so that workers that were started together are not
/// replaced together.
config::recycle own_limits(const config::recycle& rules);

} // namespace troupe::worker
