#include "actors/cluster/coordination/cluster.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <caf/node_id.hpp>
#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

/// Connections with peers: from their hello to their end.
namespace troupe::coordination {

using membership::member_event;

peer_entry* cluster_state::find(const std::string& peer, node_incarnation run) {
  auto i = peers.find(peer);
  return i == peers.end() || i->second.who.incarnation != run ? nullptr : &i->second;
}

void cluster_state::on_arrival(arrival& a) {
  auto peer = a.who.name;
  auto run = a.who.incarnation;
  drop_gone(); // at each arrival, or quick ones take all places before the next look
  // One that the other side has dialled may have to give way to one of this node's.
  drop(peer, {code::node_down, "another connection takes the place of this one"});
  auto m = context.members->members().find(peer);
  if (m == context.members->members().end() || m->second.facts.incarnation != run
      || m->second.link.phase != membership::link_phase::opening
      || m->second.link.dialled != a.dialled)
    return a.connection->close(); // it came too late, and is not waited for any more
  auto& p = peers[peer];
  p.who = std::move(a.who);
  p.dialled = a.dialled;
  p.connection = std::move(a.connection);
  p.connection->begin(
      [to = cluster_actor{self}, peer, run](result<caf::strong_actor_ptr> answer) {
        caf::anon_send(to, gate_answer{peer, run, std::move(answer)});
      });
}

void cluster_state::on_missed(const missed_connection& m) {
  auto now = self->clock().now();
  auto& members = *context.members;
  auto dialled = !m.address.empty();
  if (dialled) {
    members.failed(m.address, m.how, now);
    note_unmet(m);
  }
  // Another connection with the same node may be on its way, dialled by the other side.
  auto i = members.members().find(m.node);
  if (i == members.members().end() || peers.count(m.node) > 0)
    return;
  auto& link = i->second.link;
  if (link.phase == membership::link_phase::opening && link.dialled == dialled)
    members.happens(m.node, i->second.facts.incarnation, member_event::lost, now);
}

void cluster_state::note_unmet(const missed_connection& m) {
  if (m.silence.empty() || !context.members->is_unmet(m.address))
    return;
  auto now = self->clock().now();
  auto& since = unmet.try_emplace(m.address, now).first->second;
  if (!since || now - *since < limits::unmet_patience)
    return;
  since.reset();
  write_log(*context.log, spdlog::level::warn,
            {.event = "node_unreachable", .reason = "unreachable"},
            "cluster: nobody answers at {}, which is tried again and again: {}",
            m.address, m.silence);
}

void cluster_state::on_refusal(const refusal_notice& r) {
  if (r.was_let_in)
    return refuse(r);
  refused.count(r);
  tell(r);
}

void cluster_state::tell(const refusal_notice& r) {
  auto between = r.node.empty() || r.address.empty() ? "" : " at ";
  auto who = r.node + between + r.address;
  write_log(*context.log, spdlog::level::warn,
            {.event = "node_refused", .node = r.node, .reason = r.reason},
            "cluster: {} {}: {}: {}{}", r.by_us ? "refused" : "was refused by", who,
            r.reason, r.message,
            r.times > 1 ? " (" + std::to_string(r.times) + " times)" : "");
  event told{"node_refused",
             {{"address", r.address},
              {"by_us", r.by_us},
              {"reason", r.reason},
              {"message", r.message},
              {"times", uint64_t{r.times}}},
             r.node};
  if (!r.node.empty())
    told.members.emplace_back("node", r.node);
  self->send(context.events, atom::publish_v, std::move(told));
}

void cluster_state::on_gate(const gate_answer& a) {
  auto p = find(a.node, a.incarnation);
  if (!p || !p->dialled || p->link)
    return;
  if (a.gate)
    return link(*p, *a.gate);
  if (a.gate.error().what == code::protocol_error)
    return drop(a.node, a.gate.error()); // a notice says why
  drop_silent(a.node, a.gate.error());
}

void cluster_state::on_opened(const cluster::peer_opened& o) {
  auto p = find(o.open.node, o.open.incarnation);
  // Whoever speaks must be the one that was let in. GATE has asked the same.
  if (!p || to_string(o.process) != p->who.process || !o.open.gate
      || o.open.gate->node() != o.process)
    return on_stranger(o.open.node);
  if (!p->link)
    link(*p, o.open.gate);
}

void cluster_state::on_stranger(const std::string& node) {
  refuse({"wrong_node", "it speaks for a node that was not let in", node, ""});
}

void cluster_state::refuse(refusal_notice notice) {
  if (auto due = refused.add(std::move(notice), self->clock().now()))
    tell(*due);
}

void cluster_state::link(peer_entry& p, const caf::strong_actor_ptr& remote) {
  p.link = context.make_link(p.who, remote, p.connection);
  self->monitor(p.link);
}

void cluster_state::on_report(const cluster::link_report& r) {
  auto p = find(r.node, r.incarnation);
  if (!p)
    return;
  auto now = self->clock().now();
  auto& members = *context.members;
  switch (r.condition) {
    case cluster::link_condition::up:
      if (r.round_trip.count() > 0)
        p->round_trip = r.round_trip;
      if (members.members().at(r.node).link.phase == membership::link_phase::open) {
        members.happens(r.node, r.incarnation, member_event::spoke, now);
        break;
      }
      members.opened(r.node, r.incarnation, now);
      ++context.counts->of(r.node)->connections;
      gossip();
      break;
    case cluster::link_condition::suspect:
      members.happens(r.node, r.incarnation, member_event::fell_silent, now);
      break;
    default:
      drop(r.node, r.why);
  }
  announce();
}

void cluster_state::on_down(const caf::down_msg& m) {
  for (auto& [peer, entry] : peers)
    if (entry.link && entry.link.address() == m.source) {
      drop(std::string{peer}, {code::node_down, "the link has ended"});
      return announce();
    }
}

void cluster_state::drop_gone() {
  std::vector<std::string> gone;
  for (auto& [peer, entry] : peers)
    if (!entry.dialled && !entry.link && !entry.connection->is_open())
      gone.push_back(peer);
  for (auto& peer : gone)
    drop_silent(peer, {code::node_down, "it hung up before it spoke"});
}

void cluster_state::drop_silent(const std::string& peer, fault why) {
  refuse({"not_speaking", why.message, peer, ""});
  drop(peer, std::move(why));
}

void cluster_state::drop(const std::string& peer, fault why) {
  auto i = peers.find(peer);
  if (i == peers.end())
    return;
  auto entry = std::move(i->second);
  peers.erase(i);
  why_lost.insert_or_assign(peer, why.message);
  if (entry.link) {
    self->demonitor(entry.link.address());
    self->send(entry.link, atom::stop_v, std::move(why));
  }
  entry.connection->close();
  // Where another connection takes the place of this one, the member's link is of that.
  auto m = context.members->members().find(peer);
  if (m != context.members->members().end() && m->second.link.dialled == entry.dialled)
    context.members->happens(peer, entry.who.incarnation, member_event::lost,
                             self->clock().now());
}

} // namespace troupe::coordination
