#include "actors/cluster/link.hpp"

#include "actors/cluster/call_results.hpp"

#include <caf/message_view.hpp>
#include <caf/sec.hpp>

namespace troupe::cluster {

link_state::link_state(caf::local_actor*) {}

link_state::~link_state() {
  if (out)
    out->close();
  if (receipts)
    receipts->close();
}

bool link_state::is_from_peer() const {
  auto from = self->current_sender();
  return from && from->address() == context.peer.gate.address();
}

bool link_state::is_from_afar() const {
  auto from = self->current_sender();
  return from && from->node() != self->node();
}

std::optional<std::string> link_state::verify() const {
  if (auto wrong = away.verify())
    return wrong;
  if (auto wrong = callers.verify(away))
    return wrong;
  size_t waiting = 0;
  away.for_each([&](link_call_id id, const call_away& c) {
    waiting += c.sent || callers.is_held(id) ? 0 : c.bytes;
  });
  if (waiting != outbox.bytes())
    return "link: the outbox counts other calls than those that wait";
  if (life && life->is_down() && away.size() > 0)
    return "link: a call is left behind at a peer that is down";
  return std::nullopt;
}

link_actor::behavior_type link_behavior(link_self* self, link_context context) {
  auto& st = self->state;
  st.self = self;
  st.context = std::move(context);
  st.callers = caller_windows{st.context.slots};
  self->set_down_handler([self](const caf::down_msg&) {
    auto& s = self->state;
    if (!s.life->is_down())
      s.go_down({code::node_down,
                 "the connection to node " + s.context.peer.node + " was lost"});
  });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    self->state.fail_all({code::shutting_down, "the node stopped"});
    self->quit(m.reason);
  });
  // A message that cannot be read arrives without contents. CAF would print it.
  self->set_default_handler([self](caf::scheduled_actor*, caf::message_view&) {
    if (self->state.is_from_peer())
      self->state.go_down_unread("a message");
    return caf::result<caf::message>{caf::sec::unexpected_message};
  });
  st.open();
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.submit({{std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0}});
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->state.cancel(sink, tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) { self->state.forget(sink); },
      // What is at a peer may have started: only what is held here has waited for this.
      [self](atom::writable, const reply_sink_ptr& sink) { self->state.release(sink); },
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        self->state.submit({{std::move(c), nullptr, {}, promise, {}, 0}});
        return promise;
      },
      [self](routed_calls& calls) {
        for (auto& c : calls)
          self->state.submit(std::move(c));
      },
      [self](link_view& m) {
        if (!self->state.life->is_down() && !self->state.is_from_afar())
          self->state.tell(std::move(m));
      },
      [self](atom::stop, const fault& why) {
        if (!self->state.life->is_down())
          self->state.go_down(why);
      },
      [self](link_outcomes& m) {
        if (self->state.is_from_peer())
          self->state.on_outcomes(m);
      },
      [self](link_chunks& m) {
        if (self->state.is_from_peer())
          self->state.on_chunks(m);
      },
      [self](const link_beat& m) {
        if (self->state.is_from_peer())
          self->state.on_beat(m);
      },
      [self](internal::timer, timer_id which) {
        if (which == link_state::beat_timer)
          self->state.beat();
        else
          self->state.check_deadlines();
      },
      [self](internal::check_unsent) { self->state.out->flush(); },
      [self](call_query& wanted) { return self->state.list_calls(std::move(wanted)); },
      [self](atom::cancel, call_number number) {
        return self->state.cancel_for_operator(number);
      },
      [self](internal::search_calls) { self->state.search_calls(); },
  };
}

} // namespace troupe::cluster
