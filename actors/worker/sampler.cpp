#include "actors/worker/sampler.hpp"

#include "actors/os/process_tree.hpp"

namespace troupe::worker {

sampler_actor::behavior_type sampler_behavior(sampler_self*) {
  return {
      [](atom::sample, int32_t pid, os::tree_facts wanted) {
        return os::read_tree_usage(pid, wanted);
      },
      [](atom::sample, const process_roots& roots, os::tree_facts wanted) {
        tree_usages all;
        for (auto pid : roots.pids)
          all.trees.push_back(os::read_tree_usage(pid, wanted));
        return all;
      },
  };
}

} // namespace troupe::worker
