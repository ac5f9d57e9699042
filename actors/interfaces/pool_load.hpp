#pragma once

#include "protocol/base/cluster_limits.hpp"

#include <atomic>
#include <cstdint>

namespace troupe {

/// How busy a pool is. Its BROKER writes it whenever it changes; whoever tells other
/// nodes reads it when it likes, without asking. The figures are of nearly the same
/// moment.
struct pool_load {
  /// Calls that could start at once.
  std::atomic<uint32_t> free{0};
  /// Calls that any worker may run, and that wait.
  std::atomic<uint32_t> waiting{0};
  std::atomic<uint32_t> running{0};
  /// Calls that fit in its workers.
  std::atomic<uint32_t> size{0};
  /// Whether new calls are taken, though they may have to wait.
  std::atomic<bool> takes_calls{true};
  /// Bytes of the longest message between the node and a worker.
  std::atomic<uint64_t> max_frame{limits::peer_frame};
};

} // namespace troupe
