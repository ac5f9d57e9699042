#include "actors/supervisor/supervisor.hpp"

#include "actors/interfaces/worker_registry.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

using std::chrono::milliseconds;

supervisor_state::supervisor_state(caf::local_actor*) {}

// -- starting --------------------------------------------------------------------

incarnation supervisor_state::spawn_worker(int32_t index, const pool_context_ptr& context,
                                           std::optional<detached_worker> detached) {
  incarnation w;
  if (detached) {
    w.adopted = true;
    w.sessions = detached->sessions;
  }
  w.number = replicas.living.next_number();
  w.context = context;
  w.born = self->clock().now();
  auto& place = loops->place_of(index, context->config.loops);
  w.worker = context->known.kinds->spawn(
      *self, {context, index, w.number, supervisor_actor{self}, place.starter,
              std::move(detached), place.loop, place.number});
  self->monitor(w.worker);
  replicas.living.add(w.number, w.worker.id(), index);
  starts.began();
  return w;
}

void supervisor_state::start(replica& s) {
  s.plan.apply(replica_event::start_tried);
  if (!s.may_start() || ending)
    return;
  if (starts.has_room(pool->starts_at_once)) {
    s.plan.apply(replica_event::filled);
    s.current = spawn_worker(s.index, pool);
    return;
  }
  s.plan.queue(self->clock().now()); // when one of those is through
  starts.join(s.index);
}

void supervisor_state::start_due() {
  auto now = self->clock().now();
  while (auto index = starts.next(pool->starts_at_once))
    if (auto& s = replicas.at(*index); s.plan.is_due(now))
      start(s);
}

void supervisor_state::start_later(replica& s, milliseconds delay) {
  if (!s.plan.is_enabled() || ending)
    return;
  s.plan.delay_until(self->clock().now() + delay);
  self->delayed_send(self, delay, internal::check_start_v, s.index);
}

void supervisor_state::check_start(int32_t index) {
  auto s = replicas.find(index);
  // An earlier timer of a replica that was started or delayed meanwhile means nothing.
  if (s && s->plan.is_due(self->clock().now()))
    start(*s);
}

void supervisor_state::on_ready(incarnation_id number, const worker_info& info) {
  auto s = replicas.of_incarnation(number);
  auto is_it = [&](auto& w) { return w && w->number == number; };
  auto w = s && is_it(s->current)     ? &*s->current
           : s && is_it(s->successor) ? &*s->successor
                                      : nullptr;
  if (!w)
    return on_extra_ready(number, info);
  if (w->leaving) // its word crossed with the order to stop
    return;
  w->ready = true;
  w->info = info;
  pool->records.counts->starts.boot.add(self->clock().now() - w->born);
  starts.through();
  watch_idle(*w);
  hand_over(s->index, *w);
  if (s->successor && w == &*s->successor)
    promote(*s);
  if (breaker->close()) {
    write_log(*pool->log, spdlog::level::info, about("breaker_closed"),
              "{}: a worker is ready again, restarting the others", pool->config.name);
    publish("breaker_closed", {});
    for (auto& other : replicas)
      if (other.plan.state() != replica_state::ended)
        start(other);
  }
  start_due();
  update_condition();
  roll_on();
  recycle_on();
}

void supervisor_state::on_retiring(incarnation_id number) {
  auto s = replicas.of_incarnation(number);
  if (s && s->may_replace(number) && !ending)
    s->successor = spawn_worker(s->index, pool);
}

void supervisor_state::recycle(incarnation_id number, end_reason why) {
  auto s = replicas.of_incarnation(number);
  if (s && s->current && s->current->number == number)
    s->current->due = why;
  planned.due.add(number);
  recycle_on();
}

void supervisor_state::recycle_on() {
  if (planned.due.empty())
    return;
  auto being_replaced = static_cast<size_t>(
      std::count_if(replicas.begin(), replicas.end(),
                    [](const replica& s) { return s.successor.has_value(); }));
  auto most =
      recycle_queue::most_at_once(replicas.count_open(), pool->config.recycle.one_in);
  while (being_replaced < most && !ending) {
    auto number = planned.due.next();
    if (!number)
      return;
    auto s = replicas.of_incarnation(*number);
    if (s && s->may_replace(*number)) {
      s->successor = spawn_worker(s->index, pool);
      ++being_replaced;
    }
  }
}

void supervisor_state::promote(replica& s) {
  if (auto replaced = s.promote())
    let_go(*replaced,
           is_rolling(s) ? planned.roll->why : replaced->due.value_or(end_reason::jobs));
  auto& roll = planned.roll;
  if (roll && roll->trial && s.current->context == roll->trial)
    end_trial();
}

void supervisor_state::publish(std::string kind,
                               std::initializer_list<event_member> more) const {
  auto& mine = pool->config.name;
  event_members all{{"pool", mine}};
  all.insert(all.end(), more);
  self->send(pool->events, atom::publish_v, event{std::move(kind), std::move(all), mine});
}

supervisor_actor::behavior_type supervisor_behavior(supervisor_self* self,
                                                    pool_context_ptr pool,
                                                    broker_actor broker,
                                                    worker_loops loops) {
  auto& st = self->state;
  st.self = self;
  st.pool = std::move(pool);
  st.broker = std::move(broker);
  st.loops.emplace(std::move(loops));
  st.breaker.emplace(st.pool->config.restart, std::random_device{}());
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) { self->state.shut_down(m); });
  self->send(st.broker, atom::reconfigure_v, st.pool, supervisor_actor{self});
  st.adopt_detached();
  st.fit_size();
  return {
      [self](atom::ready, incarnation_id number, const worker_info& info) {
        self->state.on_ready(number, info);
      },
      [self](atom::retiring, incarnation_id number) { self->state.on_retiring(number); },
      [self](atom::recycle, incarnation_id number, end_reason why) {
        self->state.recycle(number, why);
      },
      [self](atom::last_words, incarnation_id number, std::vector<std::string>& lines) {
        self->state.keep_last_words(number, lines);
      },
      [self](atom::idle, incarnation_id number) { self->state.on_idle(number); },
      [self](atom::counted, incarnation_id number, const worker_counters& last) {
        self->state.record(number, last);
      },
      [self](atom::grow, quantity waiting, int32_t index) {
        self->state.grow(waiting, index);
      },
      [self](atom::reload, pool_context_ptr& fresh, reload_scope which) {
        return self->state.reload(std::move(fresh), which);
      },
      [self](atom::reconfigure) { return self->state.settled_context(); },
      [self](atom::restart, int32_t index) { return self->state.restart(index); },
      [self](atom::stop, int32_t index) { return self->state.stop(index); },
      [self](internal::check_start, int32_t index) { self->state.check_start(index); },
      [self](internal::recycle_again, incarnation_id number, end_reason why) {
        self->state.recycle(number, why);
      },
      [self](internal::tell_dropped) {
        self->state.tell_dropped_deaths(self->state.ended.lines.take_dropped());
      },
      [self](atom::status) { return self->state.status(); },
      [self](atom::tail, int32_t index) { return self->state.tail(index); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::supervisor
