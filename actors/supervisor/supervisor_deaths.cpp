#include "actors/interfaces/next_attempt.hpp"
#include "actors/supervisor/restart_decision.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/fault_json.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

bool is_asked(const fault& why) {
  return class_of(why) == end_class::asked;
}

} // namespace

void supervisor_state::let_go(incarnation w, end_reason why) {
  auto stop_it = [this, worker = w.worker, why] {
    self->send(worker, atom::stop_v, why);
  };
  self->request(broker, caf::infinite, atom::retire_v, w.number)
      .then([stop_it](atom::retire) { stop_it(); },
            [stop_it](caf::error&) { stop_it(); });
}

/// One that has not said what it had counted in the end counts as it was last seen.
void supervisor_state::on_down(const caf::down_msg& m) {
  auto why = to_fault(m.reason);
  auto number = forget(m.source);
  auto found = replica_of(number);
  if (!found)
    return;
  replica_of_number.erase(number);
  auto& s = *found;
  auto is_it = [&](const incarnation& w) { return w.number == number; };
  auto i = std::find_if(s.old.begin(), s.old.end(), is_it);
  if (i != s.old.end()) {
    starting -= !i->ready;
    if (!i->ready)
      lose_sessions(*i, {}, why);
    past += i->counters;
    record_end(s, *i, why, true);
    s.old.erase(i);
  } else if (s.successor && is_it(*s.successor)) {
    record_end(s, *s.successor, why, false);
    starting -= !s.successor->ready;
    past += s.successor->counters;
    s.successor.reset();
    on_successor_down(s, why);
  } else if (s.current && is_it(*s.current)) {
    record_end(s, *s.current, why, true);
    starting -= !s.current->ready;
    past += s.current->counters;
    auto gone = std::move(*s.current);
    s.current.reset();
    on_current_down(s, std::move(gone), why);
  }
  start_due();
  check_stopped(number);
  if (ending && !any_alive())
    self->quit(exit_reason);
}

void supervisor_state::on_successor_down(replica& s, const fault& why) {
  auto by_operator = is_rolling(s);
  if (!ending && s.open && !s.stopped && by_operator)
    end_rolling(why);
  if (!s.current) {
    come_back(s, false, false, why);
  } else if (!by_operator && s.open && !s.stopped && !ending && !is_asked(why)) {
    pool->log->error("{}: its replacement failed, the old one goes on",
                     worker_name(pool->config.name, s.index));
    // It is as due for a recycling as before: try again, but not at once.
    self->delayed_send(self, pool->config.restart.max_delay, atom::recycle_v,
                       s.current->number, s.current->due.value_or(end_reason::jobs));
  }
  recycle_on();
}

void supervisor_state::on_current_down(replica& s, incarnation gone, const fault& why) {
  if (!gone.ready && gone.adopted) { // it is gone since, or is of no use
    pool->log->warn("{}: not taken over: {}", worker_name(pool->config.name, s.index),
                    why.message);
    lose_sessions(gone, {}, why);
    start(s);
    return;
  }
  if (gone.leaving) // no death; if a restart was asked for since, that is due now
    start(s);
  if (!s.open || s.stopped || ending || gone.leaving || s.successor) {
    // While a stopped pool empties, nothing changes any more: that it is stopped, the
    // only condition without a cause, was told.
    if (!s.stopped || condition.what != code::unavailable
        || condition.details != fault_details{})
      update_condition();
    return;
  }
  // A replica that was empty and is tried again is part of a restart too.
  if (is_rolling(s) && !gone.ready)
    end_rolling(why);
  auto lived =
      gone.ready && self->clock().now() - gone.born >= pool->config.restart.period;
  come_back(s, gone.ready, lived, why);
}

void supervisor_state::come_back(replica& s, bool was_ready, bool lived,
                                 const fault& why) {
  auto wanted = should_restart(pool->config.restart.policy, class_of(why));
  if (!is_asked(why))
    last_cause = why;
  if (!wanted) {
    pool->log->warn("{}: not restarted (restart policy)",
                    worker_name(pool->config.name, s.index));
    s.done = true;
    update_condition();
    return;
  }
  if (is_asked(why) || pool->config.external) {
    start(s); // which for external workers means: the next one that comes
    return;
  }
  s.failures = lived ? 0 : s.failures;
  if (breaker->trip(self->clock().now())) {
    pool->log->error("{}: workers keep dying; trying one every {} ms. Last: {}",
                     pool->config.name, breaker->probe_delay().count(), why.message);
    publish("breaker_opened", json_object_writer{}.add_json("cause", to_json(why)));
    for (auto& other : replicas)
      other.start_at.reset();
  }
  if (!breaker->is_open()) {
    start_later(s, breaker->delay(s.failures++));
  } else {
    probe(s);
  }
  update_condition();
  if (!was_ready && condition.what == code::none) {
    auto hope = std::any_of(replicas.begin(), replicas.end(),
                            [](const replica& x) { return x.current || x.successor; });
    if (!hope)
      self->send(broker, atom::died_v, why);
  }
}

void supervisor_state::probe(replica& s) {
  auto probing = std::any_of(replicas.begin(), replicas.end(), [](const replica& x) {
    return x.start_at || (x.current && !x.current->ready && !x.current->leaving);
  });
  if (!probing && !s.current && !s.successor && !s.done)
    start_later(s, breaker->probe_delay());
}

void supervisor_state::update_condition() {
  if (ending)
    return;
  fault now;
  auto usable = std::any_of(replicas.begin(), replicas.end(), [](const replica& s) {
    return (s.current && s.current->ready) || (s.successor && s.successor->ready);
  });
  auto coming = std::any_of(replicas.begin(), replicas.end(), [](const replica& s) {
    return s.current || s.successor || s.start_at;
  });
  auto all_stopped = std::all_of(replicas.begin(), replicas.end(),
                                 [](const replica& s) { return s.stopped; });
  auto can_grow = pool->config.elastic && open_replicas() < pool->config.size;
  auto with_cause = [this] { return fault_details{.cause = fault_cause{last_cause}}; };
  if (all_stopped)
    now = {code::unavailable, "pool " + pool->config.name + " is stopped"};
  else if (!usable && breaker->is_open())
    now = {code::unavailable,
           "the workers of pool " + pool->config.name
               + " keep dying: " + last_cause.message,
           with_cause()};
  else if (!usable && !coming && !can_grow)
    now = {code::unavailable,
           "the workers of pool " + pool->config.name
               + " have ended and are not restarted: " + last_cause.message,
           with_cause()};
  // A condition that names another attempt is another one: callers are told when it is.
  std::optional<steady_clock::time_point> attempt;
  for (auto& s : replicas)
    if (s.start_at && (!attempt || *s.start_at < *attempt))
      attempt = s.start_at;
  if (now.what != code::none && attempt)
    name_attempt(now, *attempt);
  if (now == condition)
    return;
  condition = now;
  self->send(broker, atom::error_v, condition);
}

void supervisor_state::shut_down(const caf::exit_msg& m) {
  if (ending) {
    for_each([this](replica&, incarnation& w) {
      self->send_exit(w.worker, caf::exit_reason::user_shutdown);
    });
    return;
  }
  ending = true;
  exit_reason = m.reason;
  end_rolling(fault{code::shutting_down});
  for_each([this](replica&, incarnation& w) { self->send(w.worker, atom::leave_v); });
  if (!any_alive())
    self->quit(exit_reason);
}

} // namespace troupe::supervisor
