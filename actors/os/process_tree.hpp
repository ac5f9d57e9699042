#pragma once

#include "actors/os/process_table.hpp"
#include "protocol/base/ids.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace troupe::os {

/// The memory and CPU time of a process and its living descendants.
struct tree_usage {
  /// Resident bytes.
  byte_count memory;
  /// CPU time that they have used, and those descendants that have ended and that their
  /// parents waited for. The sum grows, except by what leaves the tree: a process whose
  /// parent ends, or one that ends and that nobody waits for. One that ends during the
  /// walk may be missing until the next.
  std::chrono::milliseconds cpu{0};
  /// When the root was started, as `process_entry::started`; 0 if it is gone.
  uint64_t started = 0;
};

/// Returns what the tree under `root` uses; nothing if it is gone. Reads /proc, a few
/// files per process: not for a loop.
tree_usage read_tree_usage(pid_t root);

/// Returns what the trees under `roots` use, in their order, from one look at all
/// processes. A process in several trees counts in the smallest.
std::vector<tree_usage> usage_of_trees(const std::vector<process_entry>& all,
                                       const std::vector<pid_t>& roots);

/// Returns the time of so many ticks of the kernel.
std::chrono::milliseconds time_of_ticks(uint64_t ticks);

} // namespace troupe::os
