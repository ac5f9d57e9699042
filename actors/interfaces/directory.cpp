#include "actors/interfaces/directory.hpp"

#include "actors/interfaces/events_actor.hpp"

#include <algorithm>

namespace troupe {

result<callee_actor> directory::find(const table& t, std::string_view to, call& c) const {
  if (events_ && to == node_target && c.kind.view() == event_calls::follow)
    return events_;
  return find_entry(t, to, c).map([](const entry* found) { return found->callee; });
}

result<const directory::entry*> directory::find_entry(const table& t, std::string_view to,
                                                      call& c) const {
  // Most calls name a pool and nothing else.
  if (auto i = t.find(to); i != t.end()) {
    if (belongs_elsewhere(to, c))
      return find_elsewhere({std::string{to}, -1, {}}, c);
    return &i->second;
  }
  auto where = parse_address(to);
  if (!where || t.count(where->pool) == 0)
    if (auto i = t.find(spawned_pool_name(to));
        i != t.end() && i->second.workers.has_shown_name) {
      c.worker = 0;
      return &i->second;
    }
  if (!where)
    return failure(
        code::bad_request,
        "to: '" + std::string{to}
            + "' is no pool, worker (pool.0), either at a node (pool@node), or $node");
  c.worker = where->worker;
  if (!where->node.empty() && where->node != node_)
    return find_elsewhere(*where, c);
  auto i = t.find(where->pool);
  if (i == t.end())
    return find_elsewhere(*where, c);
  c.node = where->node;
  return &i->second;
}

std::optional<config::worker_traits> directory::workers_of(std::string_view pool) const {
  auto t = get();
  auto i = t->find(pool);
  return i == t->end() ? std::nullopt : std::optional{i->second.workers};
}

bool directory::belongs_elsewhere(std::string_view pool, const call& c) const {
  return others_ && !c.key.empty() && others_->prefers_elsewhere(pool, c.key);
}

result<const directory::entry*> directory::find_elsewhere(const address& where,
                                                          call& c) const {
  auto other = !where.node.empty() && where.node != node_;
  if (other && (!others_ || !others_->knows(where.node)))
    return failure(code::not_found, "no node named " + where.node + " is known here");
  if (!other && (!others_ || !where.node.empty() || !others_->runs(where.pool)))
    return failure(why_not_here(where.pool));
  c.pool = where.pool;
  c.node = where.node;
  return &route_;
}

fault directory::why_not_here(std::string_view pool) const {
  // It ran here perhaps. A client that is told there is no such pool would not try again.
  if (stopping_ && others_ && others_->runs(pool))
    return {code::shutting_down, "node " + node_ + " is stopping"};
  return no_such_pool(pool);
}

callee_actor directory::find_here(const table& t, std::string_view pool,
                                  const call& c) const {
  if (events_ && pool == node_target && c.kind.view() == event_calls::follow)
    return events_;
  auto i = t.find(pool);
  return i == t.end() ? callee_actor{} : i->second.callee;
}

void directory::set_route(callee_actor route,
                          std::shared_ptr<const remote_pools> others) {
  route_ = entry{std::move(route)};
  others_ = std::move(others);
}

std::string directory::shown_worker(std::string_view name) const {
  auto pool = spawned_pool_name(name);
  auto where = parse_address(name);
  auto workers = workers_of(pool);
  auto is_shown = workers && workers->has_shown_name;
  if (where && !is_shown && !where->node.empty() && where->node != node_)
    return worker_name(where->pool, std::max(where->worker, 0)) + '@' + where->node;
  if (where && where->worker >= 0 && !is_shown && where->node.empty())
    return std::string{name};
  return worker_name(pool, 0);
}

} // namespace troupe
