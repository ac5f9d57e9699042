#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"
#include "protocol/metrics/pool_metrics.hpp"

#include <algorithm>

/// What a SUPERVISOR tells METRICS of its workers.
namespace troupe::supervisor {

namespace {

namespace metric = metrics::pool;

/// The numbers of a pool's workers at one moment.
struct worker_snapshot {
  std::string pool;
  metrics::worker_counts counts;
  metrics::collected_metrics collected;
  uint64_t wanted = 0;
  /// Replicas without a worker.
  uint64_t stopped = 0;
  uint64_t waiting = 0;
  uint64_t down = 0;
  bool breaker_open = false;
  /// Nothing unless each worker is told of by itself.
  std::vector<replica_status> workers = {};
};

void write_workers(metrics::metric_list& out, const worker_snapshot& s) {
  for (auto& w : s.workers) {
    auto name = worker_name(s.pool, w.index);
    auto up = w.worker.state == shown_state::ready || w.worker.state == shown_state::busy;
    out.add(metric::worker_up, {s.pool, name}, up);
    out.add(metric::worker_calls, {s.pool, name}, w.past_calls + w.worker.calls);
    out.add(metric::worker_running, {s.pool, name}, uint64_t{w.worker.in_flight});
    out.add(metric::worker_uptime, {s.pool, name},
            std::chrono::nanoseconds{std::chrono::milliseconds{w.uptime_ms}});
    out.add(metric::worker_restarts, {s.pool, name}, w.restarts);
  }
}

void write(metrics::metric_list& out, const worker_snapshot& s) {
  auto& counts = s.counts;
  out.add(metric::worker_starts, {s.pool}, counts.started);
  for (size_t i = 0; i < counts.living.size(); ++i)
    out.add(metric::workers, {s.pool, word_for(static_cast<metrics::living_state>(i))},
            counts.living[i]);
  out.add(metric::workers, {s.pool, word_for(shown_state::stopped)}, s.stopped);
  out.add(metric::workers, {s.pool, word_for(shown_state::waiting)}, s.waiting);
  out.add(metric::workers, {s.pool, word_for(shown_state::down)}, s.down);
  out.add(metric::workers_wanted, {s.pool}, s.wanted);
  for (size_t i = 0; i < counts.ended.size(); ++i)
    out.add(metric::worker_exits, {s.pool, word_for(static_cast<end_reason>(i))},
            counts.ended[i]);
  // Few codes can happen here: those that have are enough.
  out.declare(metric::worker_start_failures);
  for (size_t i = 0; i < counts.failed_starts.size(); ++i)
    if (counts.failed_starts[i] > 0)
      out.add(metric::worker_start_failures, {s.pool, info(static_cast<code>(i)).name},
              counts.failed_starts[i]);
  out.add(metric::worker_boot, {s.pool}, counts.boot);
  out.add(metric::breaker_open, {s.pool}, s.breaker_open);
  out.add(metric::breaker_opened, {s.pool}, counts.breaker_opened);
  for (size_t i = 0; i < counts.dropped.size(); ++i)
    out.add(metric::dropped, {word_for(static_cast<metrics::dropped_kind>(i)), s.pool},
            counts.dropped[i]);
  write_workers(out, s);
  for (auto& family : s.collected.families(s.pool))
    out.add(std::move(family));
}

} // namespace

caf::result<metrics_snapshot_ptr> supervisor_state::measure() {
  worker_snapshot s{pool->config.name, pool->records.counts->workers(),
                    pool->records.counts->collected.get()};
  s.wanted = pool->records.counts->copies.size(); // of one worker each
  for (auto& r : replicas) {
    s.wanted += r.plan.is_enabled();
    if (!r.is_vacant() || !r.old.empty())
      continue;
    s.stopped += r.plan.state() == replica_state::stopped;
    s.waiting += r.plan.waits();
    s.down += r.plan.is_enabled() && !r.plan.waits();
  }
  s.breaker_open = breaker->is_open();
  auto finish = [](worker_snapshot all) {
    return make_metrics_snapshot(
        [s = std::move(all)](metrics::metric_list& out) { write(out, s); });
  };
  if (!pool->records.counts->each_worker)
    return finish(std::move(s));
  auto promise = self->make_response_promise<metrics_snapshot_ptr>();
  collect_status([promise, finish, s = std::move(s)](pool_status& status) mutable {
    s.workers = std::move(status.replicas);
    promise.deliver(finish(std::move(s)));
  });
  return promise;
}

} // namespace troupe::supervisor
