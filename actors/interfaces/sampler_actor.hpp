#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "actors/interfaces/pool_activity.hpp"
#include "actors/interfaces/type_ids.hpp"
#include "actors/os/process_tree.hpp"

#include <caf/typed_actor.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace troupe {

/// The tree of processes of a worker.
struct worker_tree {
  /// Its root, the worker's own process.
  pid_t root = -1;
  /// The id of the worker's actor: a pid may be used again.
  uint64_t owner = 0;
  /// Gets the sums of the worker's pool.
  std::shared_ptr<pool_activity> pool;
  /// The name under which that pool is counted.
  std::string pool_name = {};
};

/// What a worker and all that descend from it use.
struct worker_usage : os::tree_usage {
  /// CPU since the sample before, or since the worker began if that was later: 100 is one
  /// core.
  double cpu_percent = 0;
};

/// What all workers used at one moment, by pid. Immutable: all who look have the same.
struct usage_sample {
  std::unordered_map<pid_t, worker_usage> workers;
};

using usage_sample_ptr = std::shared_ptr<const usage_sample>;

/// Why a sample is wanted.
enum class sample_need : uint8_t {
  /// Now, at most `limits::sample_age` old.
  once,
  /// The same, and somebody goes on to look: samples are taken each second for
  /// `limits::viewer_time`.
  viewer,
};

/// Reads what processes use from the system, for all who want to know: files of /proc for
/// each process, which takes too long for a loop.
using sampler_actor = metrics_source_actor::extend_with<caf::typed_actor<
    // From WORKER or TERMINAL: its child runs.
    caf::reacts_to<atom::spawned, worker_tree>,
    // From it: the child has ended, and has used so much CPU time as far as is known.
    caf::reacts_to<atom::exited, worker_tree, caf::timespan>,
    // From it: what the process with this pid and all that descend from it use, at most
    // `limits::sample_age` ago; nothing if there is none.
    caf::replies_to<atom::sample, int32_t>::with<os::tree_usage>,
    // From NODE or HISTORY: what all workers use. The sums of pools are in their
    // `pool_activity` then.
    caf::replies_to<atom::sample, sample_need>::with<usage_sample_ptr>,
    // From itself: takes a sample if somebody still looks.
    caf::reacts_to<internal::timer>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::tree_usage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_tree)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::sample_need)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::usage_sample_ptr)
