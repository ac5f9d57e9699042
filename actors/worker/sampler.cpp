#include "actors/worker/sampler.hpp"

#include "actors/os/process_tree.hpp"

namespace troupe::worker {

sampler_actor::behavior_type sampler_behavior(sampler_self*) {
  return {[](atom::sample, int32_t pid) { return byte_count{os::resident_memory(pid)}; }};
}

} // namespace troupe::worker
