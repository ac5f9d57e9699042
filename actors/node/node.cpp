#include "actors/node/node.hpp"

#include "actors/broker/broker.hpp"
#include "actors/interfaces/crash_record.hpp"
#include "actors/node/fan_in.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/os/external_child.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "actors/worker/sampler.hpp"
#include "protocol/base/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <variant>

namespace troupe::node {

node_state::node_state(caf::local_actor*)
  : crashes(std::make_shared<crash_record>()) {}

void node_state::add_pool(const config::pool& p, std::vector<detached_worker> detached) {
  auto& loop = *context->runtime.loops[next_loop++ % context->runtime.loops.size()];
  auto pool = std::make_shared<pool_context>();
  pool->config = p;
  pool->node.name = context->config.name;
  pool->node.session = context->sessions.config;
  pool->node.state_dir = context->place.state_dir;
  pool->node.socket = context->place.socket;
  pool->log = context->log;
  pool->events = context->runtime.events;
  pool->directory = context->runtime.directory;
  pool->wires = context->wires;
  pool->kinds = context->kinds;
  pool->sampler = sampler;
  pool->crashes = crashes;
  pool->detached = std::move(detached);
  find_account(*pool);
  pool->starts_at_once = 2 * std::max(1U, std::thread::hardware_concurrency());
  if (context->fronts.expect_frames)
    context->fronts.expect_frames(p.max_frame);
  pool_entry entry;
  entry.context = pool;
  entry.broker = loop::spawn_on(loop, broker::broker_behavior, entry.context);
  auto socket = workers_folder(context->place.state_dir) / (p.name + ".sock");
  auto starter = p.starts_workers() ? os::make_process_launcher(loop, *context->processes)
                                    : os::make_external_launcher(loop, std::move(socket));
  entry.supervisor = loop::spawn_on(loop, supervisor::supervisor_behavior, entry.context,
                                    entry.broker, std::move(starter));
  self->monitor(entry.supervisor);
  self->monitor(entry.broker);
  pools.emplace(p.name, std::move(entry));
}

void node_state::change_pool(pool_entry& entry, const config::pool& to,
                             reload_scope scope,
                             std::function<void(const result<quantity>&)> done) {
  if (to.starts_workers() != entry.context->config.starts_workers()) {
    done(failure(code::conflict, "external: cannot change while pool " + to.name
                                     + " is there: remove it first"));
    return;
  }
  auto fresh = reconfigured(*entry.context, to);
  self->request(entry.supervisor, caf::infinite, atom::reload_v, fresh, scope)
      .then(
          [this, fresh, done](quantity replaced) {
            if (context->fronts.expect_frames)
              context->fronts.expect_frames(fresh->config.max_frame);
            if (auto e = find_pool(fresh->config.name))
              e->context = fresh;
            done(replaced);
          },
          [this, fresh, done](caf::error& e) {
            auto why = to_fault(e);
            context->log->error("{}: not changed: {}", fresh->config.name, why.message);
            done(failure(std::move(why)));
          });
}

void node_state::remove_pool(pool_entry& entry, std::function<void()> done) {
  entry.on_ended.push_back(std::move(done));
  if (std::exchange(entry.removing, true))
    return;
  context->log->info("{}: removing the pool", entry.context->config.name);
  publish_directory();
  end_pool(entry);
}

void node_state::end_pool(const pool_entry& entry) {
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
  for (auto& [pool, entry] : pools) {
    if (entry.removing)
      continue;
    auto& workers = entry.context->config.workers;
    table.emplace(pool, directory::entry{entry.broker, workers});
    if (workers.takes_sessions)
      with_sessions.insert(pool);
  }
  if (context->sessions.acceptors)
    context->sessions.acceptors->serve_pools(with_sessions);
  context->runtime.directory->set(std::move(table));
}

void node_state::operate(pending_call c) {
  auto kind = json_text::unescape(c.what.kind.view());
  auto op = context->operations->find(kind);
  if (!op)
    return c.settle(failure(code::not_found, "no operation '" + kind + "'; there are "
                                                 + context->operations->names()));
  if (op->begins && draining)
    return c.settle(failure(code::shutting_down, "the node is stopping"));
  if (auto about = operations::find_subject(*this, c, op->about))
    op->run(*this, std::move(c), *about);
}

caf::result<atom::drain> node_state::drain() {
  drained = self->make_response_promise<atom::drain>();
  if (!std::exchange(draining, true))
    drain_pools();
  if (all_pools_ended())
    drained.deliver(atom::drain_v);
  return drained;
}

void node_state::drain_pools() {
  if (pools.empty())
    return;
  // A call that runs in one pool may need another: none ends before all are empty.
  auto emptied = [this](std::monostate) {
    // Worker exits from here on are part of the shutdown: sessions are not marked lost.
    auto end = [this] {
      for (auto& [pool, entry] : pools)
        self->send_exit(entry.supervisor, caf::exit_reason::user_shutdown);
    };
    self->request(sessions, caf::infinite, atom::drain_v)
        .then([end](atom::drain) { end(); }, [end](caf::error&) { end(); });
  };
  auto all = std::make_shared<fan_in<std::monostate>>(emptied);
  for (auto& [pool, entry] : pools) {
    auto done = all->expect([](std::monostate) {});
    self->request(entry.broker, caf::infinite, atom::drain_v)
        .then([done](atom::drain) mutable { done(); },
              [done](caf::error&) mutable { done(); });
  }
  all->close();
}

void node_state::on_down(const caf::down_msg& m) {
  if (m.source == sessions.address()) {
    if (!draining && context->process.give_up)
      context->process.give_up("SESSIONS ended: " + to_fault(m.reason).message);
    return;
  }
  for (auto& [pool, entry] : pools)
    if (entry.broker.address() == m.source && !draining && context->process.give_up)
      // The callers still wait for the calls of that broker. Only the end of the node
      // can tell them.
      return context->process.give_up(
          pool + ": its broker ended: " + to_fault(m.reason).message);
  for (auto i = pools.begin(); i != pools.end(); ++i) {
    if (i->second.supervisor.address() != m.source)
      continue;
    auto waiting = std::exchange(i->second.on_ended, {});
    if (draining) {
      // Its broker stays, to tell those who come late that the node is stopping.
      i->second.ended = true;
    } else {
      if (!i->second.removing)
        context->log->critical("{}: its supervisor ended: {}", i->first,
                               to_fault(m.reason).message);
      self->send_exit(i->second.broker, caf::exit_reason::user_shutdown);
      pools.erase(i);
      publish_directory();
    }
    for (auto& f : waiting)
      f();
    break;
  }
  if (draining && all_pools_ended() && drained.pending())
    drained.deliver(atom::drain_v);
}

bool node_state::all_pools_ended() const {
  return std::all_of(pools.begin(), pools.end(), [](auto& p) { return p.second.ended; });
}

node_actor::behavior_type node_behavior(node_self* self, node_context_ptr context,
                                        const std::vector<config::pool>& pools,
                                        const std::vector<session::session_entry>& left) {
  auto& st = self->state;
  st.self = self;
  st.context = std::move(context);
  st.started = self->clock().now();
  st.sampler = self->spawn<caf::linked>(worker::sampler_behavior);
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    // At once: what is still there is killed. It stays until that is gone, and may be
    // asked for it by a drain.
    self->state.draining = true;
    self->send_exit(self->state.sessions, m.reason);
    for (auto& [name, entry] : self->state.pools) {
      // First of all it tells callers why: the death of their worker would be half of it.
      self->send_exit(entry.broker, m.reason);
      self->send_exit(entry.supervisor, m.reason);
      self->send_exit(entry.supervisor, m.reason);
    }
    if (self->state.all_pools_ended())
      self->quit(m.reason);
  });
  auto earlier = left;
  auto workers = st.find_left(pools, earlier);
  for (auto& p : pools)
    st.add_pool(p, std::move(workers[p.name]));
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
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.operate({std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0});
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->send(self->state.context->runtime.events, atom::cancel_v, sink, tag);
        self->send(self->state.sessions, atom::cancel_v, sink, tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        self->send(self->state.context->runtime.events, atom::forget_v, sink);
        self->send(self->state.sessions, atom::forget_v, sink);
      },
      [](atom::writable, const reply_sink_ptr&) {}, // operations are not held back
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        self->state.operate({std::move(c), nullptr, {}, promise, {}, 0});
        return promise;
      },
      [self](atom::drain) { return self->state.drain(); },
  };
}

} // namespace troupe::node
