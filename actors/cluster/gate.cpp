#include "actors/cluster/gate.hpp"

#include "actors/cluster/call_labels.hpp"
#include "actors/cluster/call_results.hpp"
#include "actors/cluster/routing.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <caf/message_view.hpp>
#include <caf/sec.hpp>

#include <utility>
#include <vector>

namespace troupe::cluster {

gate_state::gate_state(caf::local_actor*) {}

void gate_state::open(link_open& m) {
  auto from = self->current_sender();
  if (!from || peers.count(from->address()) > 0)
    return;
  // CLUSTER hears of a stranger, too, and says so.
  self->send(context.observer, peer_opened{m, from->node()});
  if (!is_genuine(m, from->node())) {
    ++strangers;
    return;
  }
  self->monitor(caf::actor_cast<link_actor>(from));
  auto address = from->address();
  auto counts = context.counts->of(m.node);
  auto out = std::make_shared<turn_end>(
      self->loop(), loop::flushable::turn_order::client,
      [this, address] {
        if (auto i = peers.find(address); i != peers.end())
          flush(*i->second);
      },
      reminder_of(self->address()));
  peers.emplace(address, std::make_unique<gate_peer>(
                             std::move(m), caf::actor_cast<link_actor>(from),
                             std::move(out), std::move(counts), context.calls_open));
}

bool gate_state::is_genuine(const link_open& m, const caf::node_id& sender) const {
  return m.gate && m.gate->node() == sender
         && (!context.was_let_in || context.was_let_in(m, sender));
}

gate_peer* gate_state::sender() {
  auto from = self->current_sender();
  auto i = from ? peers.find(from->address()) : peers.end();
  if (i != peers.end())
    return i->second.get();
  ++strangers;
  return nullptr;
}

result<callee_actor> gate_state::find_callee(const directory::table& names,
                                             const call& c) const {
  auto& node = context.names->node();
  // Who asks how it leaves is answered to the end.
  if (leaving && c.pool != node_target)
    return failure(code::shutting_down, "node " + node + " is leaving the cluster");
  if (auto here = context.names->find_here(names, c.pool, c))
    return here;
  if (c.node.empty() && c.hops < limits::call_hops && context.names->others()
      && context.names->others()->runs(c.pool))
    return context.names->route();
  auto why = context.names->why_not_here(c.pool);
  if (why.what == code::pool_not_found)
    why.message += " at node " + node;
  return failure(std::move(why));
}

void gate_state::take(gate_peer& from, link_call& c, const directory::table& names,
                      gate_batches& to, size_t most) {
  from.intake().take(bytes_of(c.what));
  auto id = c.id;
  auto what = from_link_call(std::move(c), context.names->node());
  auto callee = find_callee(names, what);
  if (!callee) {
    from.refuse(id, callee.error());
    return;
  }
  switch (from.calls().add(id, *callee, what.form)) {
    case gate_calls::addition::added:
      add_to_batch(to, *callee, {std::move(what), from.sink(), tag_id{uint64_t{id}}},
                   most);
      break;
    case gate_calls::addition::taken:
      break; // the call that has the number is answered, once
    case gate_calls::addition::too_many:
      from.refuse(id, {code::busy, "node " + context.names->node()
                                       + " has as many calls of one node as it takes"});
      break;
  }
}

void gate_state::end_connection(const gate_peer& to, const std::string& why) {
  self->send(context.observer, link_report{to.node(),
                                           to.incarnation(),
                                           link_condition::down,
                                           {},
                                           {code::node_down, "node " + to.node() + why}});
}

void gate_state::take(gate_peer& from, link_calls& m) {
  if (m.is_broken)
    return end_connection(from, " has sent calls that cannot be read");
  from.acknowledge(m.taken);
  read_labels(m.more, m.calls);
  auto names = context.names->get();
  gate_batches by_callee;
  for (auto& c : m.calls)
    take(from, c, *names, by_callee, m.calls.size());
  for (auto& [callee, calls] : by_callee)
    self->send(callee, std::move(calls));
  if (from.intake().is_due())
    from.want_flush();
  if (from.is_flooding())
    end_connection(from, " does not take the answers to its calls");
}

void gate_state::cancel(gate_peer& from, const link_cancel& m) {
  for (auto id : m.ids)
    if (auto c = from.calls().find(id))
      self->send(from.calls().callee_of(*c), atom::cancel_v, reply_sink_ptr{from.sink()},
                 tag_id{uint64_t{id}});
}

void gate_state::flush(gate_peer& to) {
  auto d = to.take_delivery();
  for (auto& [callee, tag] : d.cancelled)
    self->send(callee, atom::cancel_v, reply_sink_ptr{to.sink()}, tag);
  if (!d.parts.chunks.empty())
    tell(to, std::move(d.parts));
  if (!d.outcomes.outcomes.empty() || to.intake().is_due()) {
    d.outcomes.taken = to.intake().tell();
    tell(to, std::move(d.outcomes));
  }
  if (d.has_caught_up)
    for (auto& callee : to.calls().callees())
      self->send(callee, atom::writable_v, reply_sink_ptr{to.sink()});
}

void gate_state::check() {
  auto unsent = false;
  for (auto& [address, peer] : peers) {
    peer->flush();
    unsent = unsent || peer->has_unsent();
  }
  if (drained.empty())
    return;
  if (unsent) {
    self->delayed_send(self, limits::drain_look, internal::check_unsent_v);
    return;
  }
  for (auto& promise : std::exchange(drained, {}))
    promise.deliver(atom::drain_v);
}

caf::result<atom::drain> gate_state::drain() {
  auto promise = self->make_response_promise<atom::drain>();
  drained.push_back(promise);
  check();
  return promise;
}

void gate_state::forget(const caf::actor_addr& link) {
  auto i = peers.find(link);
  if (i == peers.end())
    return;
  auto& gone = *i->second;
  for (auto& callee : gone.calls().callees())
    self->send(callee, atom::forget_v, reply_sink_ptr{gone.sink()});
  peers.erase(i);
}

std::optional<std::string> gate_state::verify() const {
  for (auto& [address, peer] : peers) {
    if (peer->link().address() != address)
      return "gate: a peer is not that of its link";
    if (auto wrong = peer->verify())
      return wrong;
  }
  return std::nullopt;
}

gate_actor::behavior_type gate_behavior(gate_self* self, gate_context context) {
  self->state.self = self;
  self->state.context = std::move(context);
  self->set_down_handler(
      [self](const caf::down_msg& m) { self->state.forget(m.source); });
  // A message that cannot be read arrives without contents. CAF would print it.
  self->set_default_handler([self](caf::scheduled_actor*, caf::message_view&) {
    if (auto from = self->state.sender())
      self->state.end_connection(*from, " has sent what cannot be read");
    return caf::result<caf::message>{caf::sec::unexpected_message};
  });
  return {
      [self](link_open& m) { self->state.open(m); },
      [self](link_calls& m) {
        if (auto from = self->state.sender())
          self->state.take(*from, m);
      },
      [self](const link_cancel& m) {
        if (auto from = self->state.sender())
          self->state.cancel(*from, m);
      },
      [self](const link_taken& m) {
        if (auto from = self->state.sender()) {
          from->acknowledge(m.taken);
          from->take_parts(m);
        }
      },
      [self](const link_beat& m) {
        // Who is answered takes this node for up: it must know its own pools first.
        if (auto from = self->state.sender();
            from && !self->state.context.names->get()->empty())
          self->state.tell(*from, link_beat{m.number, {}});
      },
      [self](link_view& m) {
        auto from = self->state.sender();
        if (!from)
          return;
        from->expects_frame(m.frame);
        self->send(self->state.context.observer,
                   peer_view{from->node(), from->incarnation(), std::move(m)});
      },
      [self](atom::leave) { self->state.leaving = true; },
      [self](atom::drain) { return self->state.drain(); },
      [self](internal::check_unsent) { self->state.check(); },
  };
}

} // namespace troupe::cluster
