#include "actors/broker/broker.hpp"

#include "protocol/base/metric_limits.hpp"

namespace troupe::broker {

broker_state::broker_state(caf::local_actor*) {}

// -- taking calls ----------------------------------------------------------------

result<> broker_state::validate(const call& c, bool is_new) const {
  return admission.validate(c, is_new, pool->config, self->clock().now());
}

void broker_state::bind_to_preferred(call& c) const {
  if (c.key.empty() || c.worker >= 0
      || pool->config.affinity != config::affinity::require)
    return;
  uint64_t most = 0;
  for (int32_t i = 0; i < static_cast<int32_t>(pool->config.size); ++i)
    if (auto a = key_affinity(c.key, i); a >= most) {
      most = a;
      c.worker = i;
    }
}

worker_set::ref broker_state::choose(const call& c) {
  return c.key.empty() ? workers.pick() : workers.pick(c.key);
}

void broker_state::submit(pending_call_ptr taken) {
  auto& c = *taken;
  if (look(c))
    return;
  if (std::exchange(c.what.looks_for_room, false))
    --counters.handed_on; // it has found none, and comes back
  else
    ++counters.calls;
  begin_spans(c);
  count_arrival(c.what);
  if (auto valid = validate(c.what, true); !valid) {
    if (!send_away(c))
      settle(c, failure(std::move(valid).error()));
    return;
  }
  auto& config = pool->config;
  c.start_by = c.what.taken + config.queue_timeout;
  if (c.what.timeout)
    c.start_by = std::min(c.start_by, c.what.taken + *c.what.timeout);
  bind_to_preferred(c.what);
  auto held_back = c.sink && c.sink->is_behind();
  if (!held_back && !queue.has_for(c.what.worker)) {
    // Calls that wait for one busy worker are in the way of nobody who can start.
    if (auto to = c.what.worker >= 0        ? workers.find_free(c.what.worker)
                  : workers.has_free_slot() ? std::optional{choose(c.what)}
                                            : std::nullopt) {
      dispatch(std::move(taken), *to, self->clock().now());
      return;
    }
  }
  if (look_elsewhere(c))
    return;
  if (queue.size() >= config.queue_limit) {
    settle(c, failure(admission.busy(config, queue.size())));
    return;
  }
  if (would_wait_for_itself(c.what)) {
    settle(c,
           failure(code::conflict,
                   "every worker of pool " + config.name
                       + " waits for a call to this pool: one more would wait for ever"));
    return;
  }
  enqueue(std::move(taken));
}

// -- workers ---------------------------------------------------------------------

void broker_state::join(const member& m) {
  self->monitor(m.worker);
  auto r = workers.add(m);
  adopt_sessions(r, m.sessions);
  dispatch_waiting();
}

caf::result<atom::retire> broker_state::retire(incarnation_id incarnation) {
  auto r = workers.find_incarnation(incarnation);
  if (!r)
    return atom::retire_v;
  workers.retire(*r);
  note_load();
  auto e = workers.find(*r);
  if (e->in_flight == 0)
    return atom::retire_v;
  if (!e->retired)
    e->retired = self->make_response_promise<atom::retire>();
  return *e->retired;
}

void broker_state::free_slot(worker_set::ref r) {
  auto e = workers.find(r);
  if (!e)
    return;
  workers.release(r);
  if (e->in_flight == 0 && e->retired)
    std::exchange(e->retired, std::nullopt)->deliver(atom::retire_v);
}

void broker_state::on_down(const caf::down_msg& m) {
  auto r = workers.find_actor(m.source);
  if (!r)
    return;
  // The worker's own answers came before this and have settled the calls in it.
  if (auto& retired = workers.find(*r)->retired)
    retired->deliver(atom::retire_v);
  workers.remove(*r);
  note_load();
  lose_sessions(*r, to_fault(m.reason));
}

caf::result<atom::drain> broker_state::drain() {
  admission.drain();
  submissions elsewhere;
  queue.extract_if([](const pending_call& c) { return !c.what.ancestors; },
                   [&](pending_call_ptr c) {
                     if (may_leave(*c)) {
                       end_spans(*c);
                       elsewhere.push_back(take_leave(std::move(*c)));
                     } else
                       settle(*c,
                              failure(fault{code::shutting_down,
                                            "the node stopped before the call started",
                                            {.never_started = c->deaths == 0}}));
                   });
  hand_to_route(std::move(elsewhere));
  note_load();
  auto p = self->make_response_promise<atom::drain>();
  drained.push_back(p);
  check_drained();
  return p;
}

void broker_state::check_drained() {
  if (!admission.is_draining() || running.waited_for() > 0)
    return;
  for (auto& p : std::exchange(drained, {}))
    p.deliver(atom::drain_v);
}

void broker_state::set_condition(fault why) {
  admission.set_condition(std::move(why));
  if (!admission.can_run())
    fail_waiting(admission.condition(self->clock().now()));
  note_load();
}

void broker_state::set_admitting(bool admitting) {
  auto now = self->clock().now();
  auto since = admission.drained_since();
  if (!admission.set_admitting(admitting, now))
    return;
  note_load();
  auto& mine = pool->config.name;
  log_admitting(since ? std::optional{now - *since} : std::nullopt);
  self->send(pool->events, atom::publish_v,
             event{admitting ? "pool_resumed" : "pool_drained", {{"pool", mine}}, mine});
}

queue_status broker_state::status() const {
  auto s = counters;
  s.waiting = queue.size();
  s.in_flight = running.waited_for();
  s.abandoned = running.abandoned();
  s.workers = workers.size();
  s.slots = workers.capacity();
  if (auto taken = queue.oldest(limits::metrics_queue_looks))
    s.oldest_waiting = std::chrono::duration_cast<std::chrono::milliseconds>(
        self->clock().now() - *taken);
  s.condition = admission.condition(self->clock().now());
  if (auto since = admission.drained_since())
    s.drained_for = std::chrono::duration_cast<std::chrono::milliseconds>(
        self->clock().now() - *since);
  return s;
}

static pending_call_ptr make_pending(call&& what) {
  auto c = std::make_unique<pending_call>();
  c->what = std::move(what);
  return c;
}

static pending_call_ptr make_pending(submission&& s) {
  auto c = make_pending(std::move(s.what));
  c->sink = std::move(s.sink);
  c->tag = s.tag;
  return c;
}

broker_actor::behavior_type broker_behavior(broker_self* self, pool_context_ptr pool) {
  self->state.self = self;
  self->state.pool = std::move(pool);
  if (self->state.pool->config.is_copy())
    self->state.watch.counted_with_other.emplace(self->state.pool->records.counts,
                                                 [self] { return self->state.gauges(); });
  self->state.admission.reset_quarantine(self->state.pool->config.quarantine);
  for (auto& worker : self->state.pool->detached)
    for (auto& session : worker.sessions)
      self->state.held.expect(session);
  self->state.note_load();
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    self->state.fail_all({code::shutting_down});
    if (!m.reason) // normal: the node goes on without it
      return self->state.refuse_the_last();
    self->quit(m.reason);
  });
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.submit(make_pending(std::move(s)));
        self->state.hand_to_route(std::exchange(self->state.watch.leaving, {}));
        self->state.dispatch_waiting();
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        self->state.cancel(sink, tag);
      },
      [self](atom::forget, const reply_sink_ptr& sink) { self->state.forget(sink); },
      [self](atom::writable, const reply_sink_ptr& sink) { self->state.release(sink); },
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        auto taken = make_pending(std::move(c));
        taken->promise = promise;
        self->state.submit(std::move(taken));
        self->state.dispatch_waiting();
        return promise;
      },
      [self](atom::join, const member& m) { self->state.join(m); },
      [self](atom::retire, incarnation_id incarnation) {
        return self->state.retire(incarnation);
      },
      [self](atom::condition, fault& why) { self->state.set_condition(std::move(why)); },
      [self](atom::fail_waiting, const fault& why) { self->state.fail_waiting(why); },
      [self](atom::lose_sessions, const std::vector<std::string>& sessions,
             const fault& why) { self->state.lose_sessions(sessions, why); },
      [self](atom::drain) { return self->state.drain(); },
      [self](atom::refuse) {
        self->state.set_admitting(false);
        return atom::refuse_v;
      },
      [self](atom::admit) {
        self->state.set_admitting(true);
        return atom::admit_v;
      },
      [self](atom::reconfigure, pool_context_ptr& to, const supervisor_actor& from) {
        self->state.update(std::move(to), from);
      },
      [self](atom::resume_session, call& c) {
        return self->state.resume_session(std::move(c));
      },
      [self](atom::watch_session, const std::string& session) {
        return self->state.record_session(session);
      },
      [self](atom::end_session, const std::string& session) {
        self->state.forget_session(session);
      },
      [self](internal::check_queue) { self->state.check_queue(); },
      [self](internal::check_growth) { self->state.grow(); },
      [self](internal::check_spill) { self->state.spill(); },
      [self](internal::check_slow) { self->state.check_slow(); },
      [self](atom::status) { return self->state.status(); },
      [self](call_query& wanted) { return self->state.list_calls(std::move(wanted)); },
      [self](atom::cancel, call_number number) {
        return self->state.cancel_for_operator(number);
      },
      [self](internal::search_calls) { self->state.search_calls(); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::broker
