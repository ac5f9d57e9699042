#include "protocol/metrics/pool_metrics.hpp"

#include <array>

namespace troupe::metrics::pool {

std::span<const metric_info* const> all() {
  static constexpr std::array table = {
      &calls_received,  &calls,
      &calls_handed_on, &queue_depth,
      &queue_limit,     &queue_oldest,
      &queue_wait,      &call_run,
      &calls_running,   &calls_abandoned,
      &call_slots,      &call_oldest,
      &call_retries,    &calls_quarantined,
      &slow_calls,      &call_received_bytes,
      &call_sent_bytes, &stream_parts,
      &pool_ready,      &pool_drained,
      &workers,         &workers_wanted,
      &worker_starts,   &worker_start_failures,
      &worker_exits,    &worker_boot,
      &workers_memory,  &workers_cpu,
      &breaker_open,    &breaker_opened,
      &dropped,         &worker_up,
      &worker_calls,    &worker_running,
      &worker_uptime,   &worker_restarts,
  };
  return table;
}

} // namespace troupe::metrics::pool
