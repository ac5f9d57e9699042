#include "actors/node/node_metrics.hpp"

#include "actors/node/node.hpp"

#include <utility>

/// What NODE tells METRICS, and what it counts for its terminals.
namespace troupe::node {

namespace {

using metrics::metric_info;
using metrics::metric_list;
using metrics::metric_type;

constexpr metric_info node_info{"node_info", metric_type::gauge, "node version",
                                "The node's name and version. Always 1."};
constexpr metric_info node_draining{
    "node_draining", metric_type::gauge, "",
    "1 while the node takes no new calls and waits for those that run, else 0."};
constexpr metric_info config_reloads{
    "config_reloads_total", metric_type::counter, "result",
    "How often the configuration was read again. If that failed, nothing was changed."};

constexpr metric_info terminals{"terminals", metric_type::gauge, "",
                                "Terminals whose program runs."};
constexpr metric_info terminal_output{"terminal_output_bytes_total", metric_type::counter,
                                      "",
                                      "Bytes that programs on terminals have printed."};
constexpr metric_info terminal_input{
    "terminal_input_bytes_total", metric_type::counter, "",
    "Bytes that were typed at terminals and have reached them."};
constexpr metric_info deliveries{
    "deliveries_total", metric_type::counter, "result",
    "Messages for programs on terminals, by what became of them."};

void write(const terminal_counts& counts, metric_list& out) {
  out.add(terminals, {}, counts.living.get());
  out.add(terminal_output, {}, counts.output_bytes.get());
  out.add(terminal_input, {}, counts.input_bytes.get());
  for (uint8_t i = 0; i < static_cast<uint8_t>(delivery_result::count_); ++i) {
    auto result = delivery_result{i};
    out.add(deliveries, {to_string(result)}, counts.deliveries(result));
  }
}

} // namespace

metrics_snapshot_ptr node_state::measure() const {
  return make_metrics_snapshot([own = context->config.name, draining = draining,
                                reloads = reloads](metric_list& out) {
    out.add(node_info, {own, TROUPE_VERSION}, true);
    out.add(node_draining, {}, draining);
    out.add(config_reloads, {"ok"}, reloads.good);
    out.add(config_reloads, {"failed"}, reloads.failed);
  });
}

void add_sources(metrics_sources& to, node_state& node) {
  node.counting.push_back(to.add("NODE", metrics_source_actor{node_actor{node.self}}));
  node.counting.push_back(to.add("SESSIONS", metrics_source_actor{node.sessions}));
  auto ask = [counts = node.terminals](const metrics_answer& answer) {
    answer(make_metrics_snapshot([counts](metric_list& out) { write(*counts, out); }));
  };
  node.counting.push_back(to.add("terminals", std::move(ask)));
}

} // namespace troupe::node
