#pragma once

#include "actors/interfaces/follower_registry.hpp"

namespace troupe::followers {

/// Returns the followers that come with Troupe.
follower_registry built_in_followers();

} // namespace troupe::followers
