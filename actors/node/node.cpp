#include "actors/node/node.hpp"

#include "actors/history/history.hpp"
#include "actors/interfaces/crash_record.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/node/node_cluster.hpp"
#include "actors/node/node_metrics.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/worker/sampler.hpp"
#include "protocol/base/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::node {

node_state::node_state(caf::local_actor*)
  : crashes(std::make_shared<crash_record>()) {}

void node_state::add_pool(const config::pool& p, std::vector<detached_worker> detached) {
  pool_sharing sharing;
  // Who calls the pool of one client names its node: no other needs to know it.
  if (context->runtime.others && !p.is_copy())
    sharing = {std::make_shared<pool_load>(), context->runtime.spill_after};
  auto entry = start_pool(p, std::move(detached), std::move(sharing));
  self->send(observers.history, atom::join_v, p.name,
             std::shared_ptr<const pool_activity>{entry.context->observed.activity});
  pools.emplace(p.name, std::move(entry));
}

void node_state::remove_pool(pool_entry& entry, std::function<void()> done) {
  entry.on_ended.push_back(std::move(done));
  if (std::exchange(entry.removing, true))
    return;
  auto& pool = entry.context->config.name;
  write_log(*context->log, spdlog::level::info, {.event = "pool_removed", .pool = pool},
            "{}: removing the pool", pool);
  publish_directory();
  end_pool(entry);
}

void node_state::end_pool(const pool_entry& entry) {
  // The only client of a copy has left: nobody waits for what runs.
  if (entry.context->config.is_copy())
    return self->send_exit(entry.supervisor, caf::exit_reason::user_shutdown);
  auto end = [this, supervisor = entry.supervisor] {
    self->send_exit(supervisor, caf::exit_reason::user_shutdown);
  };
  self->request(entry.broker, caf::infinite, atom::drain_v)
      .then([end](atom::drain) { end(); }, [end](caf::error&) { end(); });
}

pool_entry* node_state::find_pool(std::string_view wanted) {
  auto i = pools.find(wanted);
  return i == pools.end() || i->second.removing ? nullptr : &i->second;
}

void node_state::publish_directory() {
  directory::table table;
  table.emplace(node_target, callee_actor{self});
  std::set<std::string> with_sessions;
  auto& others = context->runtime.others;
  for (auto& [pool, entry] : pools) {
    // While the node stops, other nodes that run a pool take its calls.
    if (entry.removing || (draining && others && others->takes_calls(pool)))
      continue;
    auto& workers = entry.context->config.workers;
    table.try_emplace(pool, entry.broker, workers, entry.context->sharing.load);
    if (workers.takes_sessions)
      with_sessions.insert(pool);
  }
  if (context->sessions.acceptors)
    context->sessions.acceptors->serve_pools(with_sessions);
  context->runtime.directory->set(std::move(table));
}

void node_state::operate(pending_call c) {
  if (c.what.form != payload_form::json)
    return c.settle(failure(malformed("payload: operations take JSON")));
  if (forward(*this, c))
    return;
  auto kind = json_text::unescape(c.what.kind.view());
  auto op = context->operations->find(kind);
  if (auto mine = added.find(kind); !op && mine != added.end())
    return hand_over(std::move(c), mine->second.broker);
  if (!op) {
    auto known = context->operations->names();
    for (auto& [operation, entry] : added)
      known += ", " + operation;
    return c.settle(
        failure(code::not_found, "no operation '" + kind + "'; there are " + known));
  }
  if (op->begins && draining)
    return c.settle(failure(code::shutting_down, "the node is stopping"));
  if (auto about = operations::find_subject(*this, c, op->about))
    op->run(*this, std::move(c), *about);
}

void node_state::hand_over(pending_call c, const callee_actor& to) {
  if (c.sink) {
    submissions one;
    one.push_back({std::move(c.what), std::move(c.sink), c.tag});
    self->send(to, std::move(one));
    return;
  }
  auto what = c.what;
  auto caller = std::make_shared<pending_call>(std::move(c));
  self->request(to, caf::infinite, std::move(what))
      .then([caller](outcome& result) { caller->settle(std::move(result)); },
            [caller](caf::error& e) { caller->settle(failure(to_fault(e))); });
}

void node_state::give_up(const std::string& what, const caf::error& reason) {
  if (!draining && context->process.give_up)
    context->process.give_up(what + ": " + to_fault(reason).message);
}

void node_state::on_down(const caf::down_msg& m) {
  if (m.source == sessions.address())
    return give_up("SESSIONS ended", m.reason);
  for (auto& [part, actor] : context->runtime.cluster.parts())
    if (m.source == actor.address())
      return give_up("the cluster: " + part + " ended", m.reason);
  for (auto all : {&pools, &added})
    for (auto& [key, entry] : *all)
      if (entry.broker.address() == m.source)
        // The callers still wait for the calls of that broker. Only the end of the node
        // can tell them.
        return give_up(entry.context->config.name + ": its broker ended", m.reason);
  for (auto all : {&pools, &added})
    take_end(*all, m);
  check_drained();
}

void node_state::take_end(pool_table& all, const caf::down_msg& m) {
  auto i = std::find_if(all.begin(), all.end(), [&](auto& p) {
    return p.second.supervisor.address() == m.source;
  });
  if (i == all.end())
    return;
  auto waiting = std::exchange(i->second.on_ended, {});
  if (draining) {
    // Its broker stays, to tell those who come late that the node is stopping.
    i->second.ended = true;
  } else {
    if (!i->second.removing && !i->second.context->config.is_copy())
      write_log(*context->log, spdlog::level::critical,
                {.event = "pool_failed", .pool = i->second.context->config.name},
                "{}: its supervisor ended: {}", i->second.context->config.name,
                to_fault(m.reason).message);
    auto broker = i->second.broker;
    if (&all == &pools)
      self->send(observers.history, atom::forget_v, i->first);
    all.erase(i);
    // First: whoever finds a broker that has ended waits for an answer that never comes.
    publish_directory();
    self->send_exit(broker, caf::exit_reason::normal);
  }
  for (auto& f : waiting)
    f();
}

node_actor::behavior_type node_behavior(node_self* self, node_context_ptr context,
                                        const std::vector<config::pool>& pools,
                                        const std::vector<session::session_entry>& left) {
  auto& st = self->state;
  st.self = self;
  st.context = std::move(context);
  st.started = self->clock().now();
  st.start_observers();
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    // At once: what is still there is killed. It stays until that is gone, and may be
    // asked for it by a drain.
    self->state.draining = true;
    self->state.leave.has_calls_away = false;
    self->send_exit(self->state.sessions, m.reason);
    for (auto all : {&self->state.pools, &self->state.added})
      for (auto& [name, entry] : *all) {
        // First of all it tells callers why: the death of their worker would be half of
        // it.
        self->send_exit(entry.broker, m.reason);
        self->send_exit(entry.supervisor, m.reason);
        self->send_exit(entry.supervisor, m.reason);
      }
    self->state.check_drained();
    if (self->state.all_pools_ended())
      self->quit(m.reason);
  });
  auto earlier = left;
  auto workers = st.find_left(pools, earlier);
  for (auto& p : pools)
    st.add_pool(p, std::move(workers[p.name]));
  for (auto& p : st.context->operation_pools)
    st.added.emplace(p.name.substr(1), st.start_pool(p, {}, {}));
  st.publish_directory();
  auto& with = *st.context;
  // SESSIONS has a thread of its own: it waits for the disk, and for other processes
  // that lock the registry.
  st.sessions = self->spawn<caf::detached>(
      session::sessions_behavior,
      session::sessions_context{with.runtime.directory, with.log, with.runtime.events,
                                with.sessions.config, with.sessions.registry,
                                with.sessions.acceptors},
      std::move(earlier));
  self->monitor(st.sessions);
  add_sources(*with.runtime.metrics, st);
  for (auto& [part, actor] : with.runtime.cluster.parts())
    self->monitor(actor);
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.operate({std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0});
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->send(self->state.context->runtime.events, atom::cancel_v, sink, tag);
        self->send(self->state.sessions, atom::cancel_v, sink, tag);
        if (auto& route = self->state.context->runtime.directory->route())
          self->send(route, atom::cancel_v, sink, tag);
        for (auto& [name, entry] : self->state.added)
          self->send(entry.broker, atom::cancel_v, sink, tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        self->send(self->state.context->runtime.events, atom::forget_v, sink);
        self->send(self->state.sessions, atom::forget_v, sink);
        if (auto& route = self->state.context->runtime.directory->route())
          self->send(route, atom::forget_v, sink);
        for (auto& [name, entry] : self->state.added)
          self->send(entry.broker, atom::forget_v, sink);
      },
      [self](atom::writable, const reply_sink_ptr& sink) {
        // The node's own operations are not held back.
        for (auto& [name, entry] : self->state.added)
          self->send(entry.broker, atom::writable_v, sink);
      },
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        self->state.operate({std::move(c), nullptr, {}, promise, {}, 0});
        return promise;
      },
      [self](atom::drain) { return self->state.drain(); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::node
