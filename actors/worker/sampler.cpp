#include "actors/worker/sampler.hpp"

#include "actors/os/process_tree.hpp"

namespace troupe::worker {

sampler_actor::behavior_type sampler_behavior(sampler_self*) {
  return {[](atom::sample, int32_t pid) { return os::read_tree_usage(pid); }};
}

} // namespace troupe::worker
