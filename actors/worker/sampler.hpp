#pragma once

#include "actors/interfaces/sampler_actor.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace troupe::worker {

/// The state of a SAMPLER actor.
struct sampler_state {
  explicit sampler_state(caf::local_actor*) {}

  static inline const char* name = "sampler";
};

static_assert(!std::is_aggregate_v<sampler_state>);

using sampler_self = loop::shared_actor<sampler_actor, sampler_state>;

/// Returns the behavior of a SAMPLER actor. It runs on no loop, and works only while
/// somebody asks: a worker with a limit on memory every `limits::memory_check`, and NODE
/// for each answer about workers.
sampler_actor::behavior_type sampler_behavior(sampler_self* self);

} // namespace troupe::worker
