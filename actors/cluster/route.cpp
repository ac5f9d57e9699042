#include "actors/cluster/route.hpp"

#include "actors/cluster/call_results.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <atomic>

namespace troupe::cluster {

namespace {

pool_figures figures_of(const directory::entry& pool) {
  if (!pool.load)
    return {};
  auto get = [](const std::atomic<uint32_t>& n) {
    return n.load(std::memory_order_relaxed);
  };
  return {get(pool.load->free), get(pool.load->waiting), get(pool.load->running),
          get(pool.load->size)};
}

/// Adds `c` to the calls for `to`.
template <class Handle>
void gather(std::vector<std::pair<Handle, routed_calls>>& all, const Handle& to,
            routed_call c) {
  auto i = std::find_if(all.begin(), all.end(), [&](auto& x) { return x.first == to; });
  if (i == all.end())
    i = all.insert(all.end(), {to, {}});
  i->second.push_back(std::move(c));
}

} // namespace

route_state::route_state(caf::local_actor*) {}

// -- where calls go
// ----------------------------------------------------------------------

void route_state::send(routed_calls calls, const returned_calls* from) {
  std::vector<std::pair<link_actor, routed_calls>> away;
  std::vector<std::pair<broker_actor, routed_calls>> here;
  for (auto& c : calls) {
    if (c.call.sink && c.call.sink->is_behind()) {
      held.add(std::move(c));
      continue;
    }
    auto to = find_target(c, from);
    if (auto link = std::get_if<link_actor>(&to))
      gather(away, *link, std::move(c));
    else if (auto broker = std::get_if<broker_actor>(&to))
      gather(here, *broker, std::move(c));
    else
      c.call.settle(failed(std::get<fault>(std::move(to))));
  }
  for (auto& [link, all] : away)
    self->send(link, std::move(all));
  for (auto& [broker, all] : here)
    run_here(broker, std::move(all));
}

route_state::target route_state::find_node(const call& c) const {
  if (auto i = links.find(c.node); i != links.end())
    return i->second.link;
  if (context.others->knows(c.node))
    return fault{code::node_down, "node " + c.node + " is down"};
  return fault{code::not_found, "no node named " + c.node + " is known here"};
}

std::vector<candidate> route_state::find_candidates(const view::table& t, const call& c,
                                                    std::string_view except) const {
  std::vector<candidate> found;
  for (auto& place : t.places_of(c.pool)) {
    auto link = links.find(place.node);
    if (link == links.end() || place.node == except || !t.takes_calls(place))
      continue;
    auto& open = *link->second.open;
    auto sent = open.find(c.pool);
    found.push_back(
        {place.node, with_sent(place.load, sent == open.end() ? 0 : sent->second)});
  }
  return found;
}

route_state::target route_state::find_target(const routed_call& r,
                                             const returned_calls* from) const {
  auto& c = r.call.what;
  if (!c.node.empty())
    return find_node(c);
  auto table = context.names->get();
  auto own = table->find(c.pool);
  auto is_here = own != table->end() && own->second.broker;
  auto others = context.others->get();
  std::vector<candidate> all;
  if (c.hops < limits::call_hops && r.attempts < limits::call_attempts)
    all = find_candidates(*others, c, from ? std::string_view{from->node} : "");
  auto away = all.size();
  // A call without either came from the pool of this node, where it waited too long.
  if (is_here && (from || !c.key.empty()))
    all.push_back({context.others->own(), figures_of(own->second)});
  if (all.size() > away && c.key.empty() && has_room(all.back().load))
    return own->second.broker; // nothing is nearer
  auto best = c.key.empty() ? choose(all, context.random) : choose_for_key(all, c.key);
  if (is_here && (!best || best == all.data() + away))
    return own->second.broker;
  if (best)
    return links.find(best->node)->second.link;
  if (from)
    return from->why;
  if (others->places_of(c.pool).empty())
    return fault{code::pool_not_found, "no pool named " + c.pool};
  return fault{code::unavailable,
               "no node that runs pool " + c.pool + " takes calls now"};
}

void route_state::run_here(const broker_actor& broker, routed_calls calls) {
  submissions batch;
  for (auto& c : calls) {
    auto& p = c.call;
    if (p.sink)
      batch.push_back({std::move(p.what), std::move(p.sink), p.tag});
    else // its promise is for the thread of this actor
      self->request(broker, caf::infinite, std::move(p.what))
          .then([p](outcome& o) mutable { p.settle(std::move(o)); },
                [p](caf::error& e) mutable { p.settle(failed(to_fault(e))); });
  }
  if (batch.empty())
    return;
  if (std::find(given.begin(), given.end(), broker) == given.end())
    given.push_back(broker);
  self->send(broker, std::move(batch));
}

// -- callers
// -----------------------------------------------------------------------------

template <class... Ts>
void route_state::tell_all(const Ts&... what) {
  for (auto& [node, l] : links)
    self->send(l.link, what...);
  for (auto& broker : given)
    if (self->current_sender() != broker.address())
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

// -- links
// -------------------------------------------------------------------------------

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
    for (auto& c : self->state.held.take_all())
      c.call.settle(failed({code::shutting_down, "the node stopped"}));
    self->quit(m.reason);
  });
  return {
      [self](submissions& batch) {
        routed_calls calls;
        for (auto& s : batch)
          calls.push_back({{std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0}});
        self->state.send(std::move(calls));
      },
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
  };
}

} // namespace troupe::cluster
