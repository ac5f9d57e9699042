#include "actors/cluster/route.hpp"

#include "actors/cluster/call_results.hpp"

#include <algorithm>

namespace troupe::cluster {

route_state::route_state(caf::local_actor*) {}

// -- callers ---------------------------------------------------------------------------

template <class... Ts>
void route_state::tell_all(const Ts&... what) {
  for (auto& [node, l] : links)
    self->send(l.link, what...);
  // Also to the pool that asks: the call may be on its way back to it. It asks no more.
  for (auto& broker : given)
    self->send(broker, what...);
}

void route_state::cancel(const reply_sink_ptr& sink, tag_id tag) {
  if (auto c = held.take(sink.get(), tag))
    c->call.settle(
        failed({code::cancelled, "the caller cancelled it before it started"}));
  else
    tell_all(atom::cancel_v, sink, tag);
}

void route_state::forget(const reply_sink_ptr& sink) {
  held.take_all(sink.get());
  tell_all(atom::forget_v, sink);
}

void route_state::release(const reply_sink_ptr& sink) {
  send(held.take_all(sink.get()));
  tell_all(atom::writable_v, sink);
}

// -- links -----------------------------------------------------------------------------

void route_state::join(open_link link) {
  self->monitor(link.link);
  auto node = link.node;
  links.insert_or_assign(std::move(node), std::move(link));
}

void route_state::leave(const caf::actor_addr& link) {
  // The next one to that node may be here already.
  std::erase_if(links, [&](auto& l) { return l.second.link.address() == link; });
}

std::optional<std::string> route_state::verify() const {
  if (auto wrong = held.verify())
    return wrong;
  for (auto& [node, l] : links)
    if (l.node != node || !l.link || !l.open)
      return "route: a link is not that of its node";
  return std::nullopt;
}

route_actor::behavior_type route_behavior(route_self* self, route_context context) {
  self->state.self = self;
  self->state.context = std::move(context);
  if (!self->state.context.random)
    self->state.context.random = make_random();
  self->set_down_handler([self](const caf::down_msg& m) { self->state.leave(m.source); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    self->state.refuse(self->state.held.take_all());
    self->quit(m.reason);
  });
  return {
      [self](submissions& batch) { self->state.submit(batch); },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->state.cancel(sink, tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) { self->state.forget(sink); },
      [self](atom::writable, const reply_sink_ptr& sink) { self->state.release(sink); },
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        routed_calls one;
        one.push_back({{std::move(c), nullptr, {}, promise, {}, 0}});
        self->state.send(std::move(one));
        return promise;
      },
      [self](atom::join, open_link& link) { self->state.join(std::move(link)); },
      [self](atom::leave, const link_actor& link) {
        self->state.leave(link.address());
        return atom::leave_v;
      },
      [self](returned_calls& from) {
        auto calls = std::move(from.calls);
        self->state.send(std::move(calls), &from);
      },
      [self](atom::drain) { return self->state.drain(); },
      [self](internal::check_drained) { self->state.check_drained(); },
      [self](const call_query& wanted) { return self->state.list_calls(wanted); },
      [self](atom::cancel, const std::string& node, call_number number) {
        return self->state.cancel_for_operator(node, number);
      },
  };
}

} // namespace troupe::cluster
