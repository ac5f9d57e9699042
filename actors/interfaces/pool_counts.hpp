#pragma once

#include "protocol/metrics/call_counts.hpp"
#include "protocol/metrics/collected_metrics.hpp"
#include "protocol/metrics/worker_counts.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace troupe {

/// What BROKER counts of the calls of a pool, beside how they end.
struct pool_call_totals {
  uint64_t handed_on = 0;
  uint64_t retries = 0;
  uint64_t quarantined = 0;
  /// Calls that ran for longer than `slow`.
  uint64_t slow = 0;
  /// Bytes of payloads of calls, and of results and their parts.
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
  /// Parts of streamed results.
  uint64_t parts = 0;
};

/// What the actors of one pool count for METRICS. Plain integers, without a lock: all of
/// these actors run on the loop of the pool. It stays when workers end and when the pool
/// is configured anew.
struct pool_counts {
  metrics::calls_by_kind calls;
  pool_call_totals totals;
  metrics::worker_counts workers;
  /// What workers have measured themselves.
  metrics::collected_metrics collected;
  /// The log was told of one sample that was dropped for this reason.
  std::array<bool, static_cast<size_t>(metrics::collected_metrics::refusal::count_)>
      told_of{};
  /// Whether each worker is told of by itself.
  bool each_worker = false;
};

using pool_counts_ptr = std::shared_ptr<pool_counts>;

} // namespace troupe
