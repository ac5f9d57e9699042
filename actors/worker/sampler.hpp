#pragma once

#include "actors/interfaces/sampler_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/os/process_table.hpp"
#include "protocol/base/call.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace troupe::worker {

struct sampler_state;

using sampler_self = loop::shared_actor<sampler_actor, sampler_state>;

/// Where SAMPLER reads processes; tests have others than the system's.
struct process_source {
  std::function<std::vector<os::process_entry>()> all = os::all_processes;
  std::function<os::tree_usage(pid_t)> tree = os::read_tree_usage;
  /// See `process_entry::started`.
  std::function<uint64_t()> ticks = os::ticks_since_boot;
};

/// The state of a SAMPLER actor. It takes a sample only if somebody asks and the last one
/// is older than `limits::sample_age`, so those who look share one. While there are
/// viewers it also takes one each second by itself, so that history has no holes.
struct sampler_state {
  explicit sampler_state(caf::local_actor*) {}

  /// A tree, and what was known of it at the last sample.
  struct known_tree {
    worker_tree what;
    os::tree_usage last;
    /// Whether a sample has had it.
    bool seen = false;
  };

  void begin(const worker_tree& tree);
  void end(const worker_tree& tree, std::chrono::milliseconds cpu);
  os::tree_usage usage_of(pid_t root);
  /// Returns the last sample, or a new one if that is too old. It has those workers too
  /// that have begun since.
  usage_sample_ptr sample(sample_need need);
  /// Tells METRICS what the workers of each pool use.
  metrics_snapshot_ptr measure();
  /// Goes on while there are viewers.
  void on_timer();

  static inline const char* name = "sampler";

  sampler_self* self = nullptr;
  process_source from;
  std::unordered_map<pid_t, known_tree> trees;
  /// The roots of those that began after the last sample.
  std::vector<pid_t> late;
  usage_sample_ptr last;
  steady_clock::time_point taken;
  steady_clock::time_point viewed_until;
  bool ticking = false;

private:
  bool is_fresh() const;
  void take();
  void forget_ended();
  void add_late();
  /// Returns the use of a tree for those who look, and counts its CPU time for its pool.
  worker_usage account(known_tree& tree, const os::tree_usage& now,
                       std::chrono::milliseconds elapsed) const;
  void set_timer();

  /// Pools that have or had workers, and the sums of the sample that is being taken.
  struct pool_sums {
    std::string pool = {};
    uint64_t memory = 0;
    double cpu_percent = 0;
  };
  std::unordered_map<std::shared_ptr<pool_activity>, pool_sums> pools_;
  /// The CPU time of copies that are gone, by the pool.
  std::map<std::string, std::chrono::milliseconds> cpu_of_ended_;
};

static_assert(!std::is_aggregate_v<sampler_state>);

/// Returns the behavior of a SAMPLER actor. It runs on no loop. While nobody asks, it
/// does nothing.
sampler_actor::behavior_type sampler_behavior(sampler_self* self, process_source from);

} // namespace troupe::worker
