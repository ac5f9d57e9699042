#pragma once

#include <chrono>
#include <cstdint>

namespace troupe::os {

/// What this process uses now. What cannot be read is 0.
struct process_use {
  /// Without its children.
  std::chrono::nanoseconds cpu{0};
  uint64_t open_descriptors = 0;
  /// The most that it may have; the largest number there is if there is no limit.
  uint64_t most_descriptors = 0;
  /// In bytes.
  uint64_t virtual_memory = 0;
  uint64_t resident_memory = 0;
};

/// Reads files of /proc: not for a loop.
process_use read_own_use();

/// Returns when this process was started, since 1970; 0 if that cannot be read. Reads
/// files of /proc: not for a loop.
std::chrono::milliseconds own_start();

} // namespace troupe::os
