#pragma once

#include "protocol/base/ids.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>

namespace troupe::os {

/// The facts that are read about a tree. CPU time is one more file of /proc for each
/// process.
enum class tree_facts : uint8_t { memory, memory_and_cpu };

/// The memory and CPU time of a process and its living descendants.
struct tree_usage {
  /// Resident bytes.
  byte_count memory;
  /// CPU time that they have used, and those descendants that have ended and that their
  /// parents waited for. The sum grows, except by what leaves the tree: a process whose
  /// parent ends, or one that ends and that nobody waits for. One that ends during the
  /// walk may be missing until the next. 0 if it was not wanted.
  std::chrono::milliseconds cpu{0};
};

/// Returns what the tree under `root` uses; nothing if it is gone. Reads /proc, a few
/// files per process: not for a loop.
tree_usage read_tree_usage(pid_t root, tree_facts wanted);

} // namespace troupe::os
