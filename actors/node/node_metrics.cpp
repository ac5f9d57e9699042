#include "actors/node/node_metrics.hpp"

#include "actors/interfaces/crash_record.hpp"
#include "actors/node/node.hpp"
#include "protocol/metrics/node_metrics.hpp"

#include <utility>

/// What NODE tells METRICS, and what it counts for its terminals.
namespace troupe::node {

namespace {

using metrics::metric_list;

void write(const terminal_counts& counts, metric_list& out) {
  out.add(metrics::node::terminals, {}, counts.living.get());
  out.add(metrics::node::terminal_output, {}, counts.output_bytes.get());
  out.add(metrics::node::terminal_input, {}, counts.input_bytes.get());
  for (uint8_t i = 0; i < static_cast<uint8_t>(delivery_result::count_); ++i) {
    auto result = delivery_result{i};
    out.add(metrics::node::deliveries, {to_string(result)}, counts.deliveries(result));
  }
}

} // namespace

metrics_snapshot_ptr node_state::measure() const {
  return make_metrics_snapshot([own = context->config.name, draining = draining,
                                reloads = counts.reloads,
                                failed = counts.failed_reloads](metric_list& out) {
    out.add(metrics::node::info, {own, TROUPE_VERSION}, true);
    out.add(metrics::node::draining, {}, draining);
    out.add(metrics::node::config_reloads, {"ok"}, reloads);
    out.add(metrics::node::config_reloads, {"failed"}, failed);
  });
}

void add_sources(metrics_sources& to, node_state& node) {
  node.counts.sources.push_back(
      to.add("NODE", metrics_source_actor{node_actor{node.self}}));
  node.counts.sources.push_back(to.add("SESSIONS", metrics_source_actor{node.sessions}));
  auto ask = [of = node.crashes](const metrics_answer& answer) {
    answer(make_metrics_snapshot([of](metric_list& out) { write(of->totals(), out); }));
  };
  node.counts.sources.push_back(to.add("terminals", std::move(ask)));
}

} // namespace troupe::node
