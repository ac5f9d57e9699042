#include "actors/broker/broker.hpp"
#include "actors/node/node.hpp"
#include "actors/os/external_child.hpp"
#include "actors/os/usable_cores.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "actors/worker/preload_reports.hpp"

#include <algorithm>

/// The actors of a pool begin, and METRICS learns what they count.
namespace troupe::node {

pool_entry node_state::start_pool(const config::pool& p,
                                  std::vector<detached_worker> detached,
                                  pool_sharing sharing) {
  // A copy counts with its pool, and so runs beside it.
  auto original = p.is_copy() ? pools.find(p.copy_of) : pools.end();
  auto has_original = original != pools.end();
  auto place =
      has_original ? original->second.loop : next_loop++ % context->runtime.loops.size();
  auto& loop = *context->runtime.loops[place];
  auto pool = std::make_shared<pool_context>();
  pool->config = p;
  pool->node.name = context->config.name;
  pool->node.session = context->sessions.config;
  pool->node.state_dir = context->place.state_dir;
  pool->node.socket = context->place.socket;
  pool->log = context->log;
  pool->events = context->runtime.events;
  pool->directory = context->runtime.directory;
  pool->known = context->known;
  pool->observed.sampler = observers.sampler;
  pool->sharing = std::move(sharing);
  pool->detached = std::move(detached);
  pool->records = {
      crashes, has_original ? original->second.context->records.counts : make_counts(),
      context->process.spans, context->runtime.slow_log};
  find_account(*pool);
  pool->starts_at_once = 2 * os::usable_cores();
  if (context->fronts.expect_frames)
    context->fronts.expect_frames(p.max_frame);
  pool_entry entry;
  entry.context = pool;
  entry.loop = place;
  entry.broker = loop::spawn_on(loop, broker::broker_behavior, entry.context);
  entry.supervisor = loop::spawn_on(loop, supervisor::supervisor_behavior, entry.context,
                                    entry.broker, loops_from(place, *pool));
  self->monitor(entry.supervisor);
  self->monitor(entry.broker);
  if (!has_original)
    register_pool(entry);
  return entry;
}

supervisor::worker_loops node_state::loops_from(size_t place,
                                                const pool_context& pool) const {
  auto all = context->runtime.loops;
  std::rotate(all.begin(), all.begin() + static_cast<ptrdiff_t>(place), all.end());
  auto& called = pool.config.name;
  if (pool.config.starts_workers())
    return {all, [processes = context->processes, called, log = pool.log,
                  events = pool.events](loop::event_loop& loop) {
              return os::make_process_launcher(
                  loop, *processes, worker::make_preload_reports(called, log, events));
            }};
  return os::make_external_launcher(*all.front(), workers_folder(context->place.state_dir)
                                                      / (called + ".sock"));
}

pool_counts_ptr node_state::make_counts() const {
  auto& wanted = context->metrics;
  auto all = std::make_shared<pool_counts>(context->runtime.loops.size());
  all->calls = metrics::calls_by_kind{wanted.kinds};
  all->collected.declare(
      std::make_shared<const metrics::declared_metrics>(wanted.collect));
  all->each_worker = wanted.workers;
  return all;
}

void node_state::register_pool(pool_entry& entry) const {
  auto& all = *context->runtime.metrics;
  auto& pool = entry.context->config.name;
  entry.calls_counted = all.add("the broker of pool " + pool,
                                caf::actor_cast<metrics_source_actor>(entry.broker));
  entry.workers_counted =
      all.add("the supervisor of pool " + pool,
              caf::actor_cast<metrics_source_actor>(entry.supervisor));
}

} // namespace troupe::node
