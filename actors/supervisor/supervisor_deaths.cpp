#include "actors/supervisor/restart_decision.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

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

void supervisor_state::let_go(const incarnation& w, end_reason why) {
  auto stop_it = [this, worker = w.worker, why] {
    self->send(worker, atom::stop_v, why);
  };
  self->request(broker, caf::infinite, atom::retire_v, w.number)
      .then([stop_it](atom::retire) { stop_it(); },
            [stop_it](caf::error&) { stop_it(); });
}

/// The last known counters count, if the worker could not report its final ones.
void supervisor_state::on_down(const caf::down_msg& m) {
  auto why = to_fault(m.reason);
  auto known = replicas.living.remove(m.source.id());
  auto s = known ? replicas.find(known->index) : nullptr;
  auto removed = s ? s->remove(known->number) : std::nullopt;
  if (!removed)
    return;
  auto& [role, gone] = *removed;
  if (!gone.ready) {
    starts.through();
    count_failed_start(why);
  }
  ended.counted += gone.counters;
  s->past_calls += gone.counters.calls;
  if (!gone.ready && role == replica::role::old)
    lose_sessions(gone, {}, why);
  record_end(*s, gone, why, role != replica::role::successor);
  if (role == replica::role::successor) {
    on_successor_down(*s, why);
  } else if (role == replica::role::current) {
    end_copy(*s, why);
    on_current_down(*s, gone, why);
  }
  start_due();
  stops.ended(known->number);
  if (ending && !replicas.any_alive())
    self->quit(*ending);
}

/// What its client has told its worker, another would not know.
void supervisor_state::end_copy(const replica& s, const fault& why) {
  if (!pool->config.is_copy() || s.successor || ending)
    return;
  ending = caf::error{caf::exit_reason::user_shutdown};
  auto told = is_asked(why)
                  ? fault{code::pool_not_found,
                          "the worker of pool " + pool->config.name + " has ended"}
                  : why;
  self->send(broker, atom::fail_waiting_v, std::move(told));
}

void supervisor_state::count_failed_start(const fault& why) {
  auto is_none = is_asked(why) || why.what == code::none || why.what >= code::count_;
  if (!is_none)
    ++pool->records.counts->starts.failed_starts[static_cast<size_t>(why.what)];
}

void supervisor_state::on_successor_down(replica& s, const fault& why) {
  auto by_operator = is_rolling(s);
  auto replaces_another = s.plan.is_enabled() && !ending;
  if (replaces_another && by_operator)
    end_rolling(why);
  if (!s.current) {
    come_back(s, false, false, why);
  } else if (replaces_another && !by_operator && !is_asked(why)) {
    auto worker = worker_name(pool->config.name, s.index);
    write_log(*pool->log, spdlog::level::err, about("worker_replacement_failed", worker),
              "{}: its replacement failed, the old one goes on", worker);
    // The old worker is still due for recycling: try again, but not at once.
    self->delayed_send(self, pool->config.restart.max_delay, internal::recycle_again_v,
                       s.current->number, s.current->due.value_or(end_reason::jobs));
  }
  recycle_on();
}

void supervisor_state::on_current_down(replica& s, const incarnation& gone,
                                       const fault& why) {
  if (!gone.ready && gone.adopted) {
    lose_sessions(gone, {}, why);
    start(s);
    return;
  }
  if (gone.leaving) // no death; if a restart was asked for since, that is due now
    start(s);
  if (!s.plan.is_enabled() || ending || gone.leaving || s.successor) {
    // While a stopped pool empties, nothing changes any more.
    if (!s.plan.is_stopped() || !condition.is_stopped())
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
    condition.note(why);
  if (!wanted) {
    auto worker = worker_name(pool->config.name, s.index);
    write_log(*pool->log, spdlog::level::warn, about("worker_not_restarted", worker),
              "{}: not restarted (restart policy)", worker);
    s.plan.apply(replica_event::given_up);
    update_condition();
    return;
  }
  if (is_asked(why) || !pool->config.starts_workers()) {
    start(s); // which for external workers means: the next one that comes
    return;
  }
  s.failures = lived ? 0 : s.failures;
  if (breaker->trip(self->clock().now())) {
    write_log(*pool->log, spdlog::level::err, about("breaker_opened"),
              "{}: workers keep dying; trying one every {} ms. Last: {}",
              pool->config.name, breaker->probe_delay().count(), why.message);
    ++pool->records.counts->starts.breaker_opened;
    publish("breaker_opened", {{"cause", why}});
    for (auto& other : replicas)
      other.plan.apply(replica_event::start_cancelled);
  }
  if (!breaker->is_open()) {
    start_later(s, breaker->delay(s.failures++));
  } else {
    probe(s);
  }
  update_condition();
  if (!was_ready && condition.is_good()) {
    auto hope = std::any_of(replicas.begin(), replicas.end(),
                            [](const replica& x) { return !x.is_vacant(); });
    if (!hope)
      self->send(broker, atom::fail_waiting_v, why);
  }
}

void supervisor_state::probe(replica& s) {
  auto probing = std::any_of(replicas.begin(), replicas.end(), [](const replica& x) {
    return x.plan.waits() || x.is_starting();
  });
  if (!probing && s.may_start())
    start_later(s, breaker->probe_delay());
}

pool_facts supervisor_state::facts() const {
  pool_facts f;
  f.all_stopped = replicas.all_stopped();
  f.broken = breaker->is_open();
  f.usable = std::any_of(replicas.begin(), replicas.end(),
                         [](const replica& s) { return s.is_usable(); });
  // The rest says why a pool is of no use. This is asked for each worker that becomes
  // ready, so a pool that is of use must not look at all of its replicas.
  if (f.usable)
    return f;
  f.can_grow = pool->config.elastic && replicas.count_open() < pool->config.size;
  for (auto& s : replicas) {
    f.coming = f.coming || !s.is_vacant() || s.plan.waits();
    auto start = s.plan.start_at();
    if (start && (!f.next_start || *start < *f.next_start))
      f.next_start = start;
  }
  return f;
}

void supervisor_state::update_condition() {
  if (ending)
    return;
  if (auto news = condition.update(facts(), pool->config.name))
    self->send(broker, atom::condition_v, std::move(*news));
}

void supervisor_state::shut_down(const caf::exit_msg& m) {
  if (ending) {
    replicas.for_each([this](incarnation& w) {
      self->send_exit(w.worker, caf::exit_reason::user_shutdown);
    });
    return;
  }
  ending = m.reason;
  end_rolling(fault{code::shutting_down});
  replicas.for_each([this](incarnation& w) { self->send(w.worker, atom::leave_v); });
  if (!replicas.any_alive())
    self->quit(*ending);
}

} // namespace troupe::supervisor
