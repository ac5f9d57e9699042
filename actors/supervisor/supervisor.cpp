#include "actors/supervisor/supervisor.hpp"

#include "actors/terminal/terminal.hpp"
#include "actors/worker/worker.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

using std::chrono::milliseconds;

supervisor_state::supervisor_state(caf::local_actor*) {}

replica* supervisor_state::find_replica(int32_t index) {
  auto i = static_cast<size_t>(index);
  return index >= 0 && i < replicas.size() ? &replicas[i] : nullptr;
}

replica* supervisor_state::replica_of(uint64_t number) {
  auto i = replica_of_number.find(number);
  return i == replica_of_number.end() ? nullptr : find_replica(i->second);
}

uint64_t supervisor_state::forget(const caf::actor_addr& worker) {
  auto i = numbers.find(worker.id());
  if (i == numbers.end())
    return 0;
  auto number = i->second;
  numbers.erase(i);
  return number;
}

incarnation* supervisor_state::find(uint64_t number) {
  auto s = replica_of(number);
  if (!s)
    return nullptr;
  if (s->current && s->current->number == number)
    return &*s->current;
  if (s->successor && s->successor->number == number)
    return &*s->successor;
  for (auto& w : s->old)
    if (w.number == number)
      return &w;
  return nullptr;
}

// -- starting --------------------------------------------------------------------

incarnation supervisor_state::spawn_worker(int32_t index, const pool_context_ptr& context,
                                           std::optional<detached_worker> left) {
  incarnation w;
  if (left) {
    w.adopted = true;
    w.sessions = left->sessions;
  }
  w.number = next_incarnation++;
  w.context = context;
  w.born = self->clock().now();
  worker::worker_identity who{index, w.number};
  supervisor_actor me{self};
  if (context->config.on_terminals())
    w.worker = self->spawn<caf::monitored>(terminal::terminal_behavior, context, who, me,
                                           starter);
  else
    w.worker = self->spawn<caf::monitored>(worker::worker_behavior, context, who, me,
                                           starter, std::move(left));
  replica_of_number[w.number] = index;
  numbers[w.worker.id()] = w.number;
  ++starting;
  return w;
}

void supervisor_state::start(replica& s) {
  s.start_at.reset();
  s.done = false;
  if (s.current || s.successor || !s.open || s.stopped || ending)
    return;
  if (starting < pool->starts_at_once) {
    s.current = spawn_worker(s.index, pool);
    return;
  }
  s.start_at = self->clock().now(); // when one of those is through
  if (!std::exchange(s.in_line, true))
    line.push_back(s.index);
}

void supervisor_state::start_due() {
  auto now = self->clock().now();
  while (starting < pool->starts_at_once && !line.empty()) {
    auto& s = replicas[static_cast<size_t>(line.front())];
    line.pop_front();
    s.in_line = false;
    if (s.start_at && *s.start_at <= now)
      start(s);
  }
}

void supervisor_state::start_later(replica& s, milliseconds delay) {
  if (!s.open || s.stopped || ending)
    return;
  s.start_at = self->clock().now() + delay;
  self->delayed_send(self, delay, atom::check_v, s.index);
}

void supervisor_state::on_check(int32_t index) {
  if (index < 0)
    return tell_dropped_deaths();
  auto s = find_replica(index);
  // An earlier timer of a replica that was started or delayed meanwhile means nothing.
  if (s && s->start_at && *s->start_at <= self->clock().now())
    start(*s);
}

void supervisor_state::on_ready(uint64_t number, const worker_info& info) {
  auto s = replica_of(number);
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
  --starting;
  watch_idle(*w);
  hand_over(s->index, *w);
  if (s->successor && w == &*s->successor)
    promote(*s);
  if (breaker->close()) {
    pool->log->info("{}: a worker is ready again, restarting the others",
                    pool->config.name);
    publish("breaker_closed", {});
    for (auto& other : replicas)
      if (!other.done)
        start(other);
  }
  start_due();
  update_condition();
  roll_on();
  recycle_on();
}

void supervisor_state::on_retiring(uint64_t number) {
  auto s = replica_of(number);
  if (s && s->open && s->current && s->current->number == number && !s->successor
      && !s->stopped && !ending)
    s->successor = spawn_worker(s->index, pool);
}

void supervisor_state::recycle(uint64_t number, end_reason why) {
  if (auto s = replica_of(number); s && s->current && s->current->number == number)
    s->current->due = why;
  due_for_recycle.push_back(number);
  recycle_on();
}

void supervisor_state::recycle_on() {
  if (due_for_recycle.empty())
    return;
  auto being_replaced =
      std::count_if(replicas.begin(), replicas.end(),
                    [](const replica& s) { return s.successor.has_value(); });
  auto most = std::max<std::ptrdiff_t>(
      1, static_cast<std::ptrdiff_t>(open_replicas() / pool->config.recycle.one_in));
  while (being_replaced < most && !due_for_recycle.empty() && !ending) {
    auto number = due_for_recycle.front();
    due_for_recycle.pop_front();
    auto s = replica_of(number);
    if (s && s->open && s->current && s->current->number == number && !s->successor
        && !s->stopped) {
      s->successor = spawn_worker(s->index, pool);
      ++being_replaced;
    }
  }
}

void supervisor_state::promote(replica& s) {
  if (s.current) {
    auto replaced = std::move(*s.current);
    s.current.reset();
    auto why = is_rolling(s) ? roll->why : replaced.due.value_or(end_reason::jobs);
    replaced.leaving = true;
    s.old.push_back(replaced);
    let_go(std::move(replaced), why);
  }
  s.current = std::move(s.successor);
  s.successor.reset();
  if (roll && roll->trial && s.current->context == roll->trial)
    switch_to(std::exchange(roll->trial, nullptr));
}

void supervisor_state::publish(std::string kind, const json_object_writer& more) const {
  json_object_writer all;
  all.add("pool", pool->config.name).append(more);
  self->send(pool->events, atom::publish_v,
             event{std::move(kind), all.members(), pool->config.name});
}

supervisor_actor::behavior_type supervisor_behavior(supervisor_self* self,
                                                    pool_context_ptr pool,
                                                    broker_actor broker,
                                                    os::launcher_ptr starter) {
  auto& st = self->state;
  st.self = self;
  st.pool = std::move(pool);
  st.broker = std::move(broker);
  st.starter = std::move(starter);
  st.breaker.emplace(st.pool->config.restart, std::random_device{}());
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) { self->state.shut_down(m); });
  self->send(st.broker, atom::update_v, st.pool,
             caf::actor_cast<caf::strong_actor_ptr>(self));
  st.adopt_detached();
  st.fit_size();
  return {
      [self](atom::ready, uint64_t number, const worker_info& info) {
        self->state.on_ready(number, info);
      },
      [self](atom::retire, uint64_t number) { self->state.on_retiring(number); },
      [self](atom::recycle, uint64_t number, end_reason why) {
        self->state.recycle(number, why);
      },
      [self](atom::tail, uint64_t number, std::vector<std::string>& lines) {
        self->state.keep_last_words(number, lines);
      },
      [self](atom::idle, uint64_t number) { self->state.on_idle(number); },
      [self](atom::record, uint64_t number, const worker_counters& last) {
        self->state.record(number, last);
      },
      [self](atom::grow, uint64_t waiting, int32_t index) {
        self->state.grow(waiting, index);
      },
      [self](atom::reload, pool_context_ptr& fresh, bool replace_all) {
        return self->state.reload(std::move(fresh), replace_all);
      },
      [self](atom::restart, int32_t index) { return self->state.restart(index); },
      [self](atom::stop, int32_t index) { return self->state.stop(index); },
      [self](atom::check, int32_t index) { self->state.on_check(index); },
      [self](atom::status) { return self->state.status(); },
      [self](atom::tail, int32_t index) { return self->state.tail(index); },
  };
}

} // namespace troupe::supervisor
