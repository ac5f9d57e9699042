#include "actors/cluster/coordination/cluster.hpp"

#include "actors/interfaces/log_record.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::coordination {

namespace {

/// Between two looks for somebody to dial, at least: attempts that are due one after the
/// other begin together.
constexpr std::chrono::milliseconds shortest_look{5};

} // namespace

void cluster_state::check() {
  auto now = self->clock().now();
  looks.expire(now);
  for (auto& due : refused.take_due(now))
    tell(due);
  for (auto& late : context.members->expire(now))
    drop_silent(late, {code::node_down, "it did not begin to speak in time"});
  drop_gone();
  for (auto& order : context.members->due(now))
    context.dial(order);
  renew_view();
  announce();
  if (now >= pace.next_gossip)
    gossip();
  plan_check();
}

void cluster_state::plan_check() {
  auto now = self->clock().now();
  auto due = std::min(pace.next_gossip, context.members->next_due());
  auto next = std::max(pace.view_is_old ? std::min(due, pace.next_view) : due,
                       now + shortest_look);
  if (looks.wants(next))
    self->delayed_send(self, next - now, internal::check_peers_v);
}

void cluster_state::leave() {
  if (context.members->is_leaving())
    return;
  write_log(*context.log, spdlog::level::info, {.event = "node_leaving"},
            "cluster: the node leaves: peers send no more calls");
  context.members->leave();
  if (gate)
    self->send(gate, atom::leave_v);
  gossip();
}

cluster_actor::behavior_type cluster_behavior(cluster_self* self,
                                              cluster_context context) {
  auto& st = self->state;
  st.self = self;
  st.context = std::move(context);
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    auto& peers = self->state.peers;
    while (!peers.empty())
      self->state.drop(std::string{peers.begin()->first},
                       {code::shutting_down, "the node is stopping"});
    self->quit(m.reason);
  });
  self->send(self, internal::check_peers_v);
  return {
      [self](const cluster::link_report& r) { self->state.on_report(r); },
      [self](const cluster::peer_opened& o) { self->state.on_opened(o); },
      [self](const cluster::peer_view& v) { self->state.on_view(v); },
      [self](arrival& a) { self->state.on_arrival(a); },
      [self](const missed_connection& m) {
        self->state.on_missed(m);
        self->state.plan_check();
      },
      [self](const refusal_notice& r) { self->state.on_refusal(r); },
      [self](atom::join, cluster::gate_actor& gate) {
        self->state.gate = std::move(gate);
      },
      [self](const gate_answer& a) { self->state.on_gate(a); },
      [self](atom::leave) {
        self->state.leave();
        return atom::leave_v;
      },
      [self](atom::status) { return self->state.report(); },
      [self](atom::measure) { return self->state.measure(); },
      [self](internal::check_peers) { self->state.check(); },
  };
}

} // namespace troupe::coordination
