#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "actors/interfaces/behaviour_options.hpp"
#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/behaviour_self.hpp"

/// Everything that the author of a behaviour needs: the role, its row in the registry,
/// the reading of options, and `to_error` for faults.
