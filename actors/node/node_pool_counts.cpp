#include "actors/node/node.hpp"

/// What the actors of pools count, and how METRICS gets it.
namespace troupe::node {

pool_counts_ptr node_state::make_counts() const {
  auto& wanted = context->metrics;
  auto counts = std::make_shared<pool_counts>();
  counts->calls = metrics::calls_by_kind{wanted.kinds};
  counts->collected = metrics::collected_metrics{
      std::make_shared<const metrics::declared_metrics>(wanted.collect)};
  counts->each_worker = wanted.workers;
  return counts;
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
