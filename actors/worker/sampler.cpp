#include "actors/worker/sampler.hpp"

#include "actors/os/process_tree.hpp"

namespace troupe::worker {

sampler_actor::behavior_type sampler_behavior(sampler_self*) {
  return {
      [](atom::sample, int32_t pid) { return os::read_tree_usage(pid); },
      [](atom::sample, const process_roots& roots) {
        tree_usages all;
        for (auto pid : roots.pids)
          all.trees.push_back(os::read_tree_usage(pid));
        return all;
      },
  };
}

} // namespace troupe::worker
