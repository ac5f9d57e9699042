#include "actors/cluster/call_labels.hpp"
#include "actors/cluster/call_results.hpp"
#include "actors/cluster/link.hpp"
#include "actors/cluster/routing.hpp"

#include <algorithm>

/// The connection of a LINK: its beginning, its beats, what is sent over it, its end.
namespace troupe::cluster {

namespace {

/// Space is made for so many calls of a message at once, if they wait.
constexpr size_t usual_calls = 256;

} // namespace

void link_state::open() {
  life.emplace(context.failure_timeout, self->clock().now());
  out = std::make_shared<turn_end>(
      self->loop(), loop::flushable::turn_order::child, [this] { flush(); },
      reminder_of(self->address()));
  receipts = std::make_shared<part_receipts>([out = out] { out->want(); });
  self->monitor(context.peer.gate);
  tell(link_open{caf::actor_cast<caf::strong_actor_ptr>(context.own.gate),
                 context.own.node,
                 context.own.incarnation,
                 {}});
  beat();
}

void link_state::beat() {
  if (life->is_down())
    return;
  auto now = self->clock().now();
  if (context.last_byte)
    life->hear_bytes(context.last_byte());
  if (life->look(now)) {
    if (life->is_down())
      return go_down({code::node_down, "node " + context.peer.node + " does not answer"});
    report();
  }
  tell(link_beat{life->send_beat(now), {}});
  self->delayed_send(self, life->beat(), internal::timer_v, beat_timer);
}

void link_state::heard() {
  auto first = !life->was_heard();
  if (!life->hear(self->clock().now()))
    return;
  if (first)
    self->send(
        context.route, atom::join_v,
        open_link{context.peer.node, link_actor{self}, away.counts(), callers.held()});
  report();
}

void link_state::on_beat(const link_beat& m) {
  heard();
  if (auto round_trip = life->answer(m.number, self->clock().now());
      round_trip.count() > 0)
    report({}, round_trip);
}

void link_state::report(const fault& why, std::chrono::nanoseconds round_trip) {
  self->send(context.observer, link_report{context.peer.node, context.peer.incarnation,
                                           life->condition(), round_trip, why});
}

void link_state::flush() {
  if (life->is_down())
    return;
  link_calls m;
  m.calls.reserve(std::min(outbox.size(), usual_calls));
  size_t labels = 0;
  auto send = [&] {
    m.taken = traffic.in.tell();
    m.more = write_labels(m.calls);
    tell(std::exchange(m, {}));
    labels = 0;
  };
  while (traffic.out.is_open()) {
    auto id = outbox.pop();
    if (!id)
      break;
    auto c = away.find(*id);
    if (!c)
      continue; // nobody wants it any more
    c->sent = true;
    outbox.drop(c->bytes);
    traffic.out.send(c->bytes);
    m.calls.push_back(to_link_call(*id, c->what(), context.own.node));
    // The window does not count them: a peer that ignores them would count otherwise.
    labels += label_bytes(c->what());
    if (labels >= limits::link_labels)
      send();
  }
  if (!m.calls.empty())
    send();
  if (!cancelled.empty())
    tell(link_cancel{std::exchange(cancelled, {}), {}});
  if (auto parts = receipts->take(); !parts.empty() || traffic.in.is_due())
    tell(link_taken{traffic.in.tell(), std::move(parts), {}});
}

void link_state::go_down(const fault& why) {
  life->lose();
  report(why);
  routed_calls elsewhere;
  auto now = self->clock().now();
  outbox = {};
  callers.clear();
  for (auto& c : away.take_all()) {
    if (c.sent)
      context.counts->out.add(why.what);
    if (may_run_elsewhere(c.what(), c.sent, now))
      elsewhere.push_back(std::move(c.routed));
    else
      c.routed.call.settle(failed(why));
  }
  cancelled.clear();
  away.searches().end();
  hand_back(std::move(elsewhere), why);
  // What ROUTE has sent before it hears of this comes back to it; then nobody knows this
  // actor any more.
  auto end = [this] { self->quit(); };
  self->request(context.route, caf::infinite, atom::leave_v, link_actor{self})
      .then([end](atom::leave) { end(); }, [end](caf::error&) { end(); });
}

void link_state::hand_back(routed_calls calls, const fault& why) {
  if (calls.empty())
    return;
  for (auto& c : calls)
    c.tried.push_back(context.peer.node);
  self->send(context.route, returned_calls{why, std::move(calls)});
}

void link_state::fail_all(const fault& why) {
  life->lose();
  outbox = {};
  callers.clear();
  for (auto& c : away.take_all()) {
    if (c.sent)
      context.counts->out.add(why.what);
    c.routed.call.settle(failed(why));
  }
  away.searches().end();
}

} // namespace troupe::cluster
