#include "actors/broker/admission.hpp"
#include "actors/cluster/call_results.hpp"
#include "actors/cluster/route.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>

/// Where ROUTE sends calls.
namespace troupe::cluster {

using broker::fits;
using broker::too_long;

namespace {

/// Returns why a call goes to none of the nodes that run its pool.
fault why_nowhere(const call& c, const std::vector<view::place>& places) {
  if (places.empty())
    return no_such_pool(c.pool);
  auto largest = std::max_element(places.begin(), places.end(), [](auto& x, auto& y) {
    return x.max_frame < y.max_frame;
  });
  if (!fits(c, largest->max_frame))
    return too_long(c, c.pool, largest->max_frame);
  return {code::unavailable, "no node that runs pool " + c.pool + " takes calls now"};
}

/// Returns whether a call may be sent to another node now.
bool may_go_on(const routed_call& r) {
  auto& c = r.call.what;
  // Each node says for itself whether it has the one worker that the call is for.
  return c.hops < limits::call_hops
         && (c.worker >= 0 || r.tried.size() < limits::call_attempts);
}

/// Returns how a call ends that none of the nodes it was tried at has ended.
fault why_ended(const routed_call& r, const fault& last) {
  auto why = last;
  auto& c = r.call.what;
  if (why.what == code::worker_not_found && r.tried.size() > 1)
    why.message = "no worker " + worker_name(c.pool, c.worker) + ": none of the "
                  + std::to_string(r.tried.size())
                  + " nodes that take calls of the pool has so many";
  return why;
}

/// Returns whether this node's pool would run a call, now or later.
bool takes_calls(const directory::entry& pool) {
  return !pool.load || pool.load->takes_calls.load(std::memory_order_relaxed);
}

} // namespace

void route_state::submit(submissions& batch) {
  const known_pools known{context.names->get(), context.others->get()};
  sorted_calls all;
  routed_calls refused;
  for (auto& s : batch) {
    routed_call c{{std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0}};
    if (draining)
      refused.push_back(std::move(c));
    else
      assign(all, known, std::move(c), nullptr, batch.size());
  }
  refuse(std::move(refused));
  hand_over(std::move(all));
}

void route_state::send(routed_calls calls, const returned_calls* from) {
  const known_pools known{context.names->get(), context.others->get()};
  sorted_calls all;
  for (auto& c : calls)
    assign(all, known, std::move(c), from, calls.size());
  hand_over(std::move(all));
}

void route_state::assign(sorted_calls& all, const known_pools& known, routed_call&& c,
                         const returned_calls* from, size_t most) {
  if (c.call.sink && c.call.sink->is_behind()) {
    held.add(std::move(c));
    return;
  }
  auto to = find_target(known, c, from);
  if (!to)
    c.call.settle(failed(std::move(to).error()));
  else if (auto link = std::get_if<link_actor>(&*to))
    add_to_batch(all.away, *link, std::move(c), most);
  else
    add_to_batch(all.here, std::get<broker_actor>(*to), std::move(c), most);
}

void route_state::hand_over(sorted_calls all) {
  for (auto& [link, calls] : all.away)
    self->send(link, std::move(calls));
  for (auto& [broker, calls] : all.here)
    run_here(broker, std::move(calls));
}

result<route_state::target> route_state::find_node(const view::table& known,
                                                   const call& c) const {
  for (auto& place : known.places_of(c.pool))
    if (place.node == c.node && !fits(c, place.max_frame))
      return failure(too_long(c, c.pool + '@' + c.node, place.max_frame));
  if (auto i = links.find(c.node); i != links.end())
    return target{i->second.link};
  if (context.others->knows(c.node))
    return failure(code::node_down, "node " + c.node + " is down");
  return failure(code::not_found, "no node named " + c.node + " is known here");
}

std::vector<candidate> route_state::find_candidates(const view::table& t,
                                                    const routed_call& r,
                                                    bool is_here) const {
  if (!may_go_on(r))
    return {};
  auto found = find_in_state(t, r, cluster::takes_calls);
  if (found.empty() && !is_here)
    found = find_in_state(t, r, is_last_resort);
  return found;
}

std::vector<candidate> route_state::find_in_state(const view::table& t,
                                                  const routed_call& r,
                                                  bool (*suits)(node_state)) const {
  auto& c = r.call.what;
  std::vector<candidate> found;
  for (auto& place : t.places_of(c.pool)) {
    auto link = links.find(place.node);
    if (link == links.end() || !suits(t.state_of(place.node)) || !fits(c, place.max_frame)
        || std::find(r.tried.begin(), r.tried.end(), place.node) != r.tried.end())
      continue;
    auto& open = *link->second.open;
    auto sent = open.find(c.pool);
    found.push_back(
        {place.node, with_sent(place.load, sent == open.end() ? 0 : sent->second)});
  }
  return found;
}

result<route_state::target> route_state::find_target(const known_pools& known,
                                                     const routed_call& r,
                                                     const returned_calls* from) const {
  auto& c = r.call.what;
  if (!c.node.empty())
    return find_node(*known.others, c);
  auto own = known.own->find(c.pool);
  auto is_here =
      own != known.own->end() && own->second.broker && takes_calls(own->second);
  auto all = find_candidates(*known.others, r, is_here);
  auto away = all.size();
  // A call without either came from the pool of this node, which has no room for it.
  if (is_here && (!r.tried.empty() || !c.key.empty()))
    all.push_back({context.others->own(),
                   own->second.load ? figures_of(*own->second.load) : pool_figures{}});
  if (all.size() > away && c.key.empty() && has_room(all.back().load))
    return target{own->second.broker}; // nothing is nearer
  auto best = c.key.empty() ? choose(all, context.random) : choose_for_key(all, c.key);
  // Its pool has no room, but is as good a place to wait as any.
  auto stays = c.looks_for_room && best && !has_room(best->load);
  if (is_here && (!best || best == all.data() + away || stays))
    return target{own->second.broker};
  if (best)
    return target{links.find(best->node)->second.link};
  if (from)
    return failure(why_ended(r, from->why));
  return failure(why_nowhere(c, known.others->places_of(c.pool)));
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

} // namespace troupe::cluster
