#include "protocol/metrics/cluster_metrics.hpp"
#include "actors/cluster/coordination/cluster.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What CLUSTER tells METRICS.
namespace troupe::coordination {

namespace {

namespace metric = metrics::cluster;
using metrics::metric_list;

/// A peer at one moment.
struct peer_row {
  std::string name;
  cluster::peer_counts counts;
  bool is_up = false;
  /// Nothing without a connection, or before its first beat was answered.
  std::optional<std::chrono::nanoseconds> round_trip;
};

void write_calls(metric_list& out, const std::string& peer, std::string_view direction,
                 const cluster::ended_calls& calls) {
  out.add(metric::calls, {peer, direction, "ok"}, calls.get(code::none));
  for (auto i = static_cast<size_t>(code::none) + 1;
       i < static_cast<size_t>(code::count_); ++i) {
    auto how = static_cast<code>(i);
    // All codes of all peers would be most of the scrape.
    if (auto n = calls.get(how); n > 0)
      out.add(metric::calls, {peer, direction, info(how).name}, n);
  }
}

void write(metric_list& out, const peer_row& row) {
  auto& counts = row.counts;
  auto connections = counts.connections;
  out.add(metric::peer_up, {row.name}, row.is_up);
  if (row.round_trip)
    out.add(metric::peer_rtt, {row.name}, *row.round_trip);
  write_calls(out, row.name, "out", counts.out);
  write_calls(out, row.name, "in", counts.in);
  out.add(metric::sent_bytes, {row.name}, counts.bytes.sent);
  out.add(metric::received_bytes, {row.name}, counts.bytes.received);
  out.add(metric::reconnects, {row.name}, connections > 0 ? connections - 1 : 0);
}

} // namespace

metrics_snapshot_ptr cluster_state::measure() const {
  std::vector<peer_row> rows;
  auto& counts = context.counts->get();
  for (auto& [peer, m] : context.members->members()) {
    if (!m.is_kept())
      continue; // it has said hello, and nothing more
    auto& row = rows.emplace_back();
    row.name = peer;
    row.is_up = m.state == cluster::node_state::up;
    if (auto p = peers.find(peer); p != peers.end())
      row.round_trip = p->second.round_trip;
    if (auto c = counts.find(peer); c != counts.end())
      row.counts = *c->second;
  }
  return make_metrics_snapshot(
      [rows = std::move(rows), refused = refused.counts()](metric_list& out) {
        for (auto& row : rows)
          write(out, row);
        for (auto& [reason, count] : refused)
          out.add(metric::refusals, {reason}, count);
      });
}

} // namespace troupe::coordination
