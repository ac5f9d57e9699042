#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "actors/interfaces/behaviour_options.hpp"
#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/behaviour_self.hpp"
#include "actors/interfaces/plugin.hpp"

/// Everything that the author of a behaviour needs: the role, its row in the registry,
/// the reading of options, `to_error` for faults, and `TROUPE_PLUGIN`.
