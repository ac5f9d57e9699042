#pragma once

#include "actors/interfaces/latency_counts.hpp"

#include <atomic>
#include <cstdint>

namespace troupe {

/// The figures of a pool that change all the time, for those who look now and then and
/// ask nobody: HISTORY each second, metrics when they are read. Each figure has one
/// writer; they are of nearly the same moment. It outlives changes of the pool's
/// configuration.
struct pool_activity {
  // -- BROKER writes these after each message that changes them ----------------------

  /// Calls that were taken, and those that ended in an error, since the pool began.
  std::atomic<uint64_t> calls{0};
  std::atomic<uint64_t> errors{0};
  std::atomic<uint32_t> waiting{0};
  /// Running calls whose callers wait.
  std::atomic<uint32_t> running{0};
  /// Workers that can take calls.
  std::atomic<uint32_t> workers{0};
  /// How long calls took, waiting included: those that ended with an answer, because of
  /// their worker, or because time was over.
  latency_counts latency;

  // -- SUPERVISOR writes these when a worker has ended --------------------------------

  /// Workers that ended by themselves or for their fault, those that could not start
  /// included; and those that were replaced by an operator's restart, and by a reload.
  std::atomic<uint32_t> ends{0};
  std::atomic<uint32_t> restarts{0};
  std::atomic<uint32_t> reloads{0};

  // -- SAMPLER writes these with each sample -----------------------------------------

  /// When the last sample was taken: `steady_clock` in milliseconds; 0 for never. Written
  /// after the figures of the sample.
  std::atomic<int64_t> sampled_ms{0};
  /// Resident bytes of the workers and their descendants.
  std::atomic<uint64_t> memory{0};
  /// CPU time of all workers that the pool has had, those that have ended included.
  std::atomic<uint64_t> cpu_ms{0};
  /// CPU that they used between the last two samples, in thousandths of one core.
  std::atomic<uint32_t> cpu_permille{0};
};

} // namespace troupe
