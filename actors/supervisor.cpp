#include "actors/supervisor.hpp"

#include "actors/worker.hpp"
#include "protocol/address.hpp"
#include "protocol/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// Whether a worker that ended this way ended because it was told to, or because the node
/// had to kill it for a call that nobody waited for: no sign of a broken program.
bool is_asked(const fault& why) {
  return why.what == code::none || why.what == code::shutting_down
         || why.what == code::timeout || why.what == code::cancelled;
}

/// Whether the child ended by itself with status 0.
bool is_success(const fault& why) {
  return (why.details + ",").find("\"exit_code\":0,") != std::string::npos;
}

} // namespace

supervisor_state::supervisor_state(caf::local_actor*) {}

seat* supervisor_state::find_seat(int32_t index) {
  auto i = static_cast<size_t>(index);
  return index >= 0 && i < seats.size() ? &seats[i] : nullptr;
}

bool supervisor_state::any_alive() {
  bool found = false;
  for_each([&](seat&, incarnation&) { found = true; });
  return found;
}

// -- starting --------------------------------------------------------------------

incarnation supervisor_state::spawn_worker(int32_t index) {
  incarnation w;
  w.number = next_incarnation++;
  w.born = self->clock().now();
  w.worker = self->spawn<caf::monitored>(worker, pool, worker_identity{index, w.number},
                                         supervisor_actor{self}, starter);
  return w;
}

void supervisor_state::start(seat& s) {
  s.start_at.reset();
  s.done = false;
  if (!s.current && !s.successor && !s.stopped && !ending)
    s.current = spawn_worker(s.index);
}

void supervisor_state::start_later(seat& s, milliseconds delay) {
  if (s.stopped || ending)
    return;
  s.start_at = self->clock().now() + delay;
  self->delayed_send(self, delay, atom::check_v, s.index);
}

void supervisor_state::on_check(int32_t index) {
  auto s = find_seat(index);
  // An earlier timer of a seat that was started or delayed meanwhile means nothing.
  if (s && s->start_at && *s->start_at <= self->clock().now())
    start(*s);
}

void supervisor_state::on_ready(uint64_t number, const worker_info& info) {
  for (auto& s : seats) {
    auto w = s.current && s.current->number == number       ? &*s.current
             : s.successor && s.successor->number == number ? &*s.successor
                                                            : nullptr;
    if (!w)
      continue;
    if (w->leaving) // its word crossed with the order to stop
      return;
    w->ready = true;
    w->info = info;
    self->send(broker, atom::join_v,
               member{caf::actor_cast<caf::strong_actor_ptr>(w->worker), s.index, number,
                      info.window});
    if (s.successor && w == &*s.successor)
      promote(s);
    if (breaker->close()) {
      pool->log->info("{}: a worker is ready again, restarting the others",
                      pool->config.name);
      publish("breaker_closed", {});
      for (auto& other : seats)
        if (!other.done)
          start(other);
    }
    update_condition();
    roll_on();
    recycle_on();
    return;
  }
}

void supervisor_state::recycle(uint64_t number) {
  worn.push_back(number);
  recycle_on();
}

void supervisor_state::recycle_on() {
  auto being_replaced = std::count_if(seats.begin(), seats.end(),
                                      [](const seat& s) { return s.successor.has_value(); });
  auto most = std::max<std::ptrdiff_t>(
      1, static_cast<std::ptrdiff_t>(seats.size() / pool->config.recycle.one_in));
  while (being_replaced < most && !worn.empty() && !ending) {
    auto number = worn.front();
    worn.pop_front();
    for (auto& s : seats)
      if (s.current && s.current->number == number && !s.successor && !s.stopped) {
        s.successor = spawn_worker(s.index);
        ++being_replaced;
      }
  }
}

void supervisor_state::promote(seat& s) {
  if (s.current) {
    auto replaced = std::move(*s.current);
    s.current.reset();
    ++s.restarts;
    replaced.leaving = true;
    s.old.push_back(replaced);
    let_go(std::move(replaced), "replaced");
  }
  s.current = std::move(s.successor);
  s.successor.reset();
}

// -- ending ----------------------------------------------------------------------

void supervisor_state::let_go(incarnation w, const std::string& reason) {
  auto stop_it = [this, worker = w.worker, reason] {
    self->send(worker, atom::stop_v, reason);
  };
  self->request(broker, caf::infinite, atom::retire_v, w.number)
      .then([stop_it](atom::retire) { stop_it(); },
            [stop_it](caf::error&) { stop_it(); });
}

void supervisor_state::on_down(const caf::down_msg& m) {
  auto why = to_fault(m.reason);
  auto is_it = [&](const incarnation& w) { return w.worker.address() == m.source; };
  for (auto& s : seats) {
    auto i = std::find_if(s.old.begin(), s.old.end(), is_it);
    if (i != s.old.end()) {
      s.old.erase(i);
    } else if (s.successor && is_it(*s.successor)) {
      s.last_exit = to_json(why);
      s.successor.reset();
      on_successor_down(s, why);
    } else if (s.current && is_it(*s.current)) {
      s.last_exit = to_json(why);
      auto gone = std::move(*s.current);
      s.current.reset();
      on_current_down(s, std::move(gone), why);
    }
  }
  check_stopped();
  if (ending && !any_alive())
    self->quit(exit_reason);
}

void supervisor_state::on_successor_down(seat& s, const fault& why) {
  if (!ending && !s.stopped && is_rolling(s))
    end_rolling(why);
  if (!s.current) {
    come_back(s, false, false, why);
  } else if (!s.stopped && !ending && !is_asked(why)) {
    pool->log->error("{}: its replacement failed, the old one goes on: {}",
                     worker_name(pool->config.name, s.index), why.message);
    // It is as worn as before: try again, but not at once.
    self->delayed_send(self, pool->config.restart.max_delay, atom::recycle_v,
                       s.current->number);
  }
  recycle_on();
}

void supervisor_state::on_current_down(seat& s, incarnation gone, const fault& why) {
  if (gone.leaving) // no death; if a restart was asked for since, that is due now
    start(s);
  if (s.stopped || ending || gone.leaving || s.successor) {
    update_condition();
    return;
  }
  // A seat that was empty and is tried again is part of a restart too.
  if (is_rolling(s) && !gone.ready)
    end_rolling(why);
  ++s.restarts;
  auto lived =
      gone.ready && self->clock().now() - gone.born >= pool->config.restart.period;
  come_back(s, gone.ready, lived, why);
}

void supervisor_state::come_back(seat& s, bool was_ready, bool lived, const fault& why) {
  auto policy = pool->config.restart.policy;
  auto wanted = policy == config::restart_policy::always || is_asked(why)
                || (policy == config::restart_policy::on_failure && !is_success(why));
  if (!is_asked(why))
    last_cause = why;
  if (!wanted) {
    pool->log->warn("{}: not restarted (restart policy)",
                    worker_name(pool->config.name, s.index));
    s.done = true;
    update_condition();
    return;
  }
  if (is_asked(why)) {
    start(s);
    return;
  }
  s.failures = lived ? 0 : s.failures;
  if (breaker->trip(self->clock().now())) {
    pool->log->error("{}: workers keep dying; trying one every {} ms. Last: {}",
                     pool->config.name, breaker->probe_delay().count(), why.message);
    publish("breaker_opened", "\"cause\":" + to_json(why));
    for (auto& other : seats)
      other.start_at.reset();
  }
  if (!breaker->is_open()) {
    start_later(s, breaker->delay(s.failures++));
  } else {
    probe(s);
  }
  update_condition();
  if (!was_ready && condition.what == code::none) {
    auto hope = std::any_of(seats.begin(), seats.end(),
                            [](const seat& x) { return x.current || x.successor; });
    if (!hope)
      self->send(broker, atom::died_v, why);
  }
}

void supervisor_state::probe(seat& s) {
  auto probing = std::any_of(seats.begin(), seats.end(), [](const seat& x) {
    return x.start_at || (x.current && !x.current->ready && !x.current->leaving);
  });
  if (!probing && !s.current && !s.successor && !s.done)
    start_later(s, breaker->probe_delay());
}

void supervisor_state::update_condition() {
  fault now;
  auto usable = std::any_of(seats.begin(), seats.end(), [](const seat& s) {
    return (s.current && s.current->ready) || (s.successor && s.successor->ready);
  });
  auto coming = std::any_of(seats.begin(), seats.end(), [](const seat& s) {
    return s.current || s.successor || s.start_at;
  });
  auto all_stopped =
      std::all_of(seats.begin(), seats.end(), [](const seat& s) { return s.stopped; });
  auto cause = "\"cause\":" + to_json(last_cause);
  if (all_stopped)
    now = {code::unavailable, "pool " + pool->config.name + " is stopped", {}};
  else if (!usable && breaker->is_open())
    now = {code::unavailable,
           "the workers of pool " + pool->config.name
               + " keep dying: " + last_cause.message,
           std::move(cause)};
  else if (!usable && !coming)
    now = {code::unavailable,
           "the workers of pool " + pool->config.name
               + " have ended and are not restarted: " + last_cause.message,
           std::move(cause)};
  if (now == condition || ending)
    return;
  condition = now;
  self->send(broker, atom::error_v, condition);
}

void supervisor_state::shut_down(const caf::exit_msg& m) {
  if (ending) {
    for_each([this](seat&, incarnation& w) {
      self->send_exit(w.worker, caf::exit_reason::user_shutdown);
    });
    return;
  }
  ending = true;
  exit_reason = m.reason;
  end_rolling(fault{code::shutting_down, {}, {}});
  for_each([this](seat&, incarnation& w) {
    self->send(w.worker, atom::stop_v, std::string{"shutdown"});
  });
  if (!any_alive())
    self->quit(exit_reason);
}

void supervisor_state::publish(std::string kind, std::string members) const {
  auto all = "\"pool\":\"" + pool->config.name + '"';
  if (!members.empty())
    all += "," + members;
  self->send(pool->events, atom::publish_v, event{std::move(kind), std::move(all)});
}

supervisor_actor::behavior_type supervisor(supervisor_self* self, pool_context_ptr pool,
                                           broker_actor broker, launcher_ptr starter) {
  auto& st = self->state;
  st.self = self;
  st.pool = std::move(pool);
  st.broker = std::move(broker);
  st.starter = std::move(starter);
  st.breaker.emplace(st.pool->config.restart, std::random_device{}());
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) { self->state.shut_down(m); });
  st.seats.resize(st.pool->config.size);
  for (size_t i = 0; i < st.seats.size(); ++i) {
    st.seats[i].index = static_cast<int32_t>(i);
    st.start(st.seats[i]);
  }
  return {
      [self](atom::ready, uint64_t number, const worker_info& info) {
        self->state.on_ready(number, info);
      },
      [self](atom::retire, uint64_t number) {
        // It will end by itself once the calls in it are done; its successor starts now.
        for (auto& s : self->state.seats)
          if (s.current && s.current->number == number && !s.successor && !s.stopped
              && !self->state.ending)
            s.successor = self->state.spawn_worker(s.index);
      },
      [self](atom::recycle, uint64_t number) { self->state.recycle(number); },
    [self](atom::restart, int32_t index) { return self->state.restart(index); },
      [self](atom::stop, int32_t index) { return self->state.stop(index); },
      [self](atom::check, int32_t index) { self->state.on_check(index); },
      [self](atom::status) { return self->state.status(); },
      [self](atom::tail, int32_t index) { return self->state.tail(index); },
  };
}

} // namespace troupe
