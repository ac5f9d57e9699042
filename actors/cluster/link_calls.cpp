#include "actors/cluster/link.hpp"
#include "actors/cluster/rows.hpp"

#include "actors/cluster/call_results.hpp"
#include "actors/cluster/frame_bounds.hpp"
#include "protocol/base/cluster_limits.hpp"

/// What becomes of the calls of a LINK.
namespace troupe::cluster {

void link_state::submit(routed_call&& c) {
  auto& what = c.call.what;
  if (life->is_down()) {
    routed_calls one;
    one.push_back(std::move(c));
    hand_back(std::move(one),
              {code::node_down, "node " + context.peer.node + " is down"});
    return;
  }
  // A pool's own bound was looked at before; operations have none.
  auto most = item_bound(context.peer_frame ? context.peer_frame() : limits::peer_frame);
  auto bytes = bytes_of(what);
  if (bytes > most) {
    c.call.settle(failed({code::payload_too_large,
                          "the call has " + std::to_string(bytes) + " bytes, node "
                              + context.peer.node + " takes " + std::to_string(most)}));
    return;
  }
  if (auto why = why_full(c.call, bytes)) {
    c.call.settle(failed(std::move(*why)));
    return;
  }
  std::optional<steady_clock::time_point> due;
  if (what.timeout)
    due = what.taken + *what.timeout + limits::link_answer_grace;
  auto id = away.add(std::move(c), due);
  auto& kept = *away.find(id);
  auto leaves = callers.add(id, kept);
  if (leaves)
    outbox.push(id, kept.bytes);
  if (due)
    set_deadline_timer();
  if (leaves && outbox.size() == 1) // else somebody has, or the peer has no room
    out->want();
}

std::optional<fault> link_state::why_full(const pending_call& c, size_t bytes) const {
  auto& node = context.peer.node;
  if (!callers.has_room(c))
    return fault{code::busy,
                 "too many calls of this caller wait to be sent to node " + node};
  if (!outbox.has_room(bytes))
    return fault{code::busy, "too much waits to be sent to node " + node + " ("
                                 + std::to_string(outbox.bytes()) + " bytes)"};
  // The peer would refuse it. One that never answers would be sent more and more.
  if (away.numbers_in_use() >= context.calls_open)
    return fault{code::busy, "node " + node
                                 + " has as many calls of this node as it takes ("
                                 + std::to_string(context.calls_open) + ")"};
  return std::nullopt;
}

routed_call link_state::withdraw(link_call_id id, code how) {
  auto c = away.find(id)->sent ? away.withdraw(id) : away.take(id);
  auto was_held = callers.remove(id, c);
  if (c.sent) {
    cancelled.push_back(id);
    context.counts->out.add(how);
  } else if (!was_held) {
    outbox.drop(c.bytes);
  }
  out->want();
  return std::move(c.routed);
}

void link_state::cancel(const reply_sink_ptr& sink, tag_id tag) {
  auto id = away.find(sink.get(), tag);
  if (!id)
    return;
  withdraw(*id, code::cancelled)
      .call.settle(failed({code::cancelled, "the caller cancelled it"}));
  release(sink);
}

void link_state::release(const reply_sink_ptr& sink) {
  if (!sink || *callers.held() == 0)
    return;
  for (auto id : callers.release(sink)) {
    outbox.push(id, away.find(id)->bytes);
    out->want();
  }
}

void link_state::forget(const reply_sink_ptr& sink) {
  for (auto id : away.find_all(sink.get()))
    withdraw(id, code::cancelled);
}

void link_state::on_outcomes(link_outcomes& m) {
  if (m.is_broken)
    return go_down_unread("outcomes");
  heard();
  traffic.out.acknowledge(m.taken);
  for (auto& o : m.outcomes) {
    traffic.in.take(bytes_of(o.result));
    on_outcome(o);
  }
  // There may be room for what waits, and the peer may wait to hear that it was heard.
  if (!outbox.empty() || traffic.in.is_due())
    out->want();
}

void link_state::on_outcome(link_outcome& o) {
  auto open = away.find(o.id);
  if (!open || !open->sent) {
    away.end(o.id);
    ++late;
    return;
  }
  if (auto wanted = open->what().form; good_in(o.result) && o.form != wanted)
    o.result = failed({code::protocol_error,
                       "node " + context.peer.node + " has answered in another form"});
  auto& call = open->routed.call;
  callers.note_answer(call, bytes_of(o.result));
  context.counts->out.add(code_of(o.result));
  callers.remove(o.id, *open);
  auto sink = *callers.held() > 0 ? call.sink : nullptr;
  if (auto why = bad_in(o.result); why && o.returned && call.what.node.empty()) {
    routed_calls one;
    one.push_back(away.take(o.id).routed);
    hand_back(std::move(one), *why);
  } else {
    name_node(o.result, context.peer.node, context.own.node);
    // Where it is: to move a call costs as much as to settle it.
    call.settle(std::move(o.result));
    away.remove(o.id);
  }
  // Only now: with this answer its caller may be behind.
  release(sink);
}

/// The peer has sent what CAF would drop, or what would do harm here.
void link_state::go_down_unread(const std::string& what) {
  if (!life->is_down())
    go_down({code::node_down,
             "node " + context.peer.node + " has sent " + what + " that cannot be read"});
}

void link_state::on_chunks(link_chunks& m) {
  // Parts that nobody waits for, and those of web calls, become no lines.
  auto fits = [this](link_chunk& part) {
    auto c = away.find(part.id);
    return !c || c->what().form == payload_form::web || fits_in_line(part.payload.view());
  };
  if (!std::all_of(m.chunks.begin(), m.chunks.end(), fits))
    return go_down_unread("parts of results");
  heard();
  for (auto& part : m.chunks) {
    traffic.in.take(bytes_of(part.payload));
    auto size = part.payload.size();
    auto c = away.find(part.id);
    if (!c || !c->routed.call.sink) {
      receipts->add(part.id, size); // nobody wants it
      continue;
    }
    if (!c->flow)
      c->flow = std::make_shared<stream_flow>(
          std::function<void()>{},
          [to = receipts, id = part.id](size_t bytes) { to->add(id, bytes); });
    c->flow->add(size);
    c->routed.call.sink->chunk(c->routed.call.tag, std::move(part.payload), c->flow);
  }
  if (traffic.in.is_due())
    out->want();
}

void link_state::check_deadlines() {
  auto now = self->clock().now();
  deadlines.expire(now);
  while (auto id = away.find_due(now)) {
    auto sent = away.find(*id)->sent;
    auto c = withdraw(*id, code::timeout);
    auto sink = c.call.sink;
    c.call.settle(failed(
        {sent ? code::timeout : code::queue_timeout,
         "node " + context.peer.node
             + (sent ? " did not answer in time" : " did not take the call in time")}));
    release(sink);
  }
  set_deadline_timer();
}

void link_state::set_deadline_timer() {
  auto due = away.earliest();
  if (!due || !deadlines.wants(*due))
    return;
  auto delay = std::max(*due - self->clock().now(), steady_clock::duration{0});
  self->delayed_send(self, delay, internal::timer_v, deadline_timer);
}

} // namespace troupe::cluster
