#include "actors/cluster/coordination/cluster.hpp"
#include "actors/cluster/routing.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

/// What CLUSTER tells: peers of this node, and this node of them.
namespace troupe::coordination {

namespace {

/// A view of so many pools is followed by the next one after a millisecond at least, and
/// one of more pools later, as it takes longer: a peer that tells of its pools one by one
/// must not hold up the loop.
constexpr size_t pools_a_millisecond = 100;

} // namespace

std::vector<membership::own_pool> cluster_state::own_pools() {
  std::vector<membership::own_pool> all;
  auto table = context.directory->get();
  for (auto& [pool, entry] : *table) {
    if (!entry.load)
      continue;
    auto number =
        numbers.try_emplace(pool, pool_number{numbers.size() + 1}).first->second;
    all.push_back({number, pool, cluster::figures_of(*entry.load),
                   entry.workers.has_terminal,
                   entry.load->max_frame.load(std::memory_order_relaxed)});
    largest_frame = std::max(largest_frame, all.back().max_frame);
  }
  return all;
}

/// The bound is raised before the peer hears of it: who hears may use it.
void cluster_state::expect(peer_entry& p, uint64_t max_frame) {
  if (max_frame <= p.frame)
    return;
  p.frame = max_frame;
  p.connection->expect(max_frame);
}

void cluster_state::gossip() {
  auto now = self->clock().now();
  auto slower = std::max<size_t>(1, peers.size() / limits::gossip_nodes);
  pace.next_gossip =
      now + slower * limits::gossip_rest; // as long as there is nothing to tell
  if (peers.empty())
    return;
  auto rows = context.members->rows();
  auto pools = own_pools();
  for (auto& [peer, entry] : peers) {
    auto& m = context.members->members().at(peer);
    if (!entry.link || m.link.phase != membership::link_phase::open)
      continue;
    expect(entry, largest_frame);
    auto news = entry.told.next(rows, pools, entry.frame);
    if (!news)
      continue;
    self->send(entry.link, std::move(*news));
    pace.next_gossip = now + slower * limits::gossip_period;
  }
}

void cluster_state::on_view(const cluster::peer_view& v) {
  auto p = find(v.node, v.incarnation);
  if (!p)
    return;
  p->connection->set_peer_frame(
      std::clamp(v.view.frame, p->connection->peer_frame(), limits::largest_peer_frame));
  context.members->learn(v.node, v.view.members, self->clock().now());
  auto is_first = !std::exchange(p->has_told, true);
  if (is_first)
    heard.erase(v.node);
  if (auto& told = heard[v.node]; told.take(v.view) || is_first) {
    expect(*p, told.largest_frame());
    // Before a call for the pool can be on its way: its outcome may be as long.
    auto is_open =
        context.members->members().at(v.node).link.phase == membership::link_phase::open;
    if (auto news = p->link && is_open ? p->told.next(p->frame) : std::nullopt)
      self->send(p->link, std::move(*news));
    pace.view_is_old = true;
    renew_view();
  }
  announce();
}

void cluster_state::announce() {
  plan_check();
  auto changes = context.members->take_changes();
  auto reasons = std::exchange(why_lost, {});
  if (changes.empty())
    return;
  for (auto& c : changes) {
    auto& m = context.members->members().at(c.node);
    auto kind = event_kind(c.news);
    auto is_meant =
        c.state == cluster::node_state::up || c.state == cluster::node_state::leaving;
    auto why = c.state == cluster::node_state::down ? reasons[c.node] : std::string{};
    write_log(*context.log, is_meant ? spdlog::level::info : spdlog::level::warn,
              {.event = "node_" + std::string{word_for(c.state)}, .node = c.node},
              "cluster: node {} is {}{}{}", c.node, word_for(c.state),
              why.empty() ? "" : ": ", why);
    if (kind.empty())
      continue;
    event told{
        std::string{kind}, {{"node", c.node}, {"version", m.facts.version}}, c.node};
    if (!why.empty())
      told.members.emplace_back("message", std::move(why));
    self->send(context.events, atom::publish_v, std::move(told));
  }
  write_view();
}

void cluster_state::renew_view() {
  if (pace.view_is_old && self->clock().now() >= pace.next_view)
    write_view();
}

void cluster_state::write_view() {
  cluster::view::table table;
  for (auto& [node, m] : context.members->members())
    table.nodes.emplace(node, cluster::view::peer{m.state, m.facts.incarnation});
  std::erase_if(heard, [&](auto& row) { return table.nodes.count(row.first) == 0; });
  context.counts->forget_unless([&](auto& peer) { return table.nodes.count(peer) > 0; });
  size_t pools = 0;
  for (auto& [node, told] : heard) {
    pools += told.pools().size();
    for (auto& [number, pool] : told.pools())
      table.pools[pool.name].push_back(
          {node, pool.load, pool.has_terminal, pool.max_frame});
  }
  context.view->set(std::move(table));
  pace.view_is_old = false;
  pace.next_view =
      self->clock().now() + std::chrono::milliseconds{pools / pools_a_millisecond};
}

cluster_report cluster_state::report() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  auto now = self->clock().now();
  auto& own = context.members->own();
  cluster_report all;
  auto& here = all.emplace_back();
  here.name = own.name;
  here.state = context.members->is_leaving() ? cluster::node_state::leaving
                                             : cluster::node_state::up;
  here.version = own.version;
  here.advertise = own.advertise;
  here.incarnation = own.incarnation;
  for (auto& p : own_pools())
    here.pools.emplace(p.name, p.load);
  for (auto& [node, m] : context.members->members()) {
    if (!m.is_kept())
      continue; // it has said hello, and nothing more
    auto& row = all.emplace_back();
    row.name = node;
    row.state = m.state;
    row.version = m.facts.version;
    row.advertise = m.facts.advertise;
    row.incarnation = m.facts.incarnation;
    row.in_state = duration_cast<milliseconds>(now - m.since);
    if (auto p = find(node, m.facts.incarnation))
      row.round_trip = p->round_trip;
    if (auto told = heard.find(node); told != heard.end())
      for (auto& [number, pool] : told->second.pools())
        row.pools.emplace(pool.name, pool.load);
  }
  return all;
}

} // namespace troupe::coordination
