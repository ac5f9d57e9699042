#include "actors/supervisor/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

namespace troupe::supervisor {

uint64_t supervisor_state::send_away(int32_t index, end_reason why) {
  uint64_t count = 0;
  for (auto& s : replicas)
    if (s.works() && (index < 0 || s.index == index)) {
      s.current->leaving = true;
      let_go(*s.current, why);
      ++count;
    }
  return count;
}

caf::result<quantity> supervisor_state::restart(int32_t index) {
  if (ending)
    return to_error({code::shutting_down});
  if (!pool->config.starts_workers())
    return quantity{send_away(index, end_reason::restart)};
  if (planned.roll)
    return to_error({code::conflict, "a restart of this pool is already under way"});
  auto one = replicas.find(index);
  if (index >= 0 && (!one || !one->plan.is_open()))
    return to_error(worker_not_found(index));
  rolling_restart r;
  r.since = self->clock().now();
  for (auto& s : replicas) {
    if (index >= 0 && s.index != index)
      continue;
    s.plan.apply(replica_event::restarted);
    s.failures = 0;
    if (s.plan.is_open())
      r.todo.push_back(s.index);
  }
  if (index < 0)
    loops->renew();
  return begin_rolling(std::move(r));
}

caf::result<quantity> supervisor_state::reload(pool_context_ptr fresh,
                                               reload_scope scope) {
  if (ending)
    return to_error({code::shutting_down});
  if (planned.roll && planned.roll->trial) // which would undo this change
    return to_error({code::conflict, "an earlier change of this pool is on trial"});
  auto replaces_none = scope == reload_scope::where_different
                       && config::same_workers(fresh->config, pool->config);
  if (!pool->config.starts_workers() || !fresh->config.starts_workers()) {
    switch_to(std::move(fresh));
    return quantity{replaces_none ? 0 : send_away(-1, end_reason::reload)};
  }
  if (replaces_none) {
    switch_to(std::move(fresh));
    roll_on(); // its size may be smaller: the next one may be gone
    return quantity{0};
  }
  if (planned.roll)
    return to_error({code::conflict, "a restart of this pool is already under way"});
  loops->renew();
  rolling_restart r;
  r.why = end_reason::reload;
  r.since = self->clock().now();
  // Replicas with a working worker go first: if the trial fails, the old worker is
  // still there.
  for (auto working : {true, false})
    for (auto& s : replicas)
      if (s.plan.is_enabled() && s.works() == working) {
        s.failures = 0;
        r.todo.push_back(s.index);
      }
  if (std::any_of(replicas.begin(), replicas.end(),
                  [](const replica& s) { return s.works(); }))
    r.trial = std::move(fresh);
  else
    switch_to(std::move(fresh)); // there is nothing that it could break
  return begin_rolling(std::move(r));
}

caf::result<pool_context_ptr> supervisor_state::settled_context() {
  if (!planned.roll || !planned.roll->trial)
    return pool;
  auto promise = self->make_response_promise<pool_context_ptr>();
  planned.roll->await_trial.push_back(promise);
  return promise;
}

void supervisor_state::end_trial() {
  auto waiting = std::exchange(planned.roll->await_trial, {});
  switch_to(std::exchange(planned.roll->trial, nullptr));
  for (auto& w : waiting)
    w.deliver(pool);
}

void supervisor_state::switch_to(pool_context_ptr fresh) {
  if (fresh->config.restart != pool->config.restart)
    breaker.emplace(fresh->config.restart, std::random_device{}());
  pool = std::move(fresh);
  loops->rest(pool->config.preload.empty() ? 0 : pool->config.loops);
  self->send(broker, atom::reconfigure_v, pool, supervisor_actor{self});
  fit_size();
  for (auto& s : replicas)
    if (s.works())
      watch_idle(*s.current);
  update_condition();
}

caf::result<quantity> supervisor_state::begin_rolling(rolling_restart r) {
  r.promise = self->make_response_promise<quantity>();
  auto promise = r.promise;
  planned.roll = std::move(r);
  // Replicas that are empty cost nobody anything: fill them first, all at once.
  if (!planned.roll->trial)
    for (auto i : planned.roll->todo)
      start(replicas.at(i));
  update_condition();
  roll_on();
  return promise;
}

void supervisor_state::roll_on() {
  using step = rolling_restart::step;
  auto& roll = planned.roll;
  while (roll && !roll->todo.empty()) {
    auto& s = replicas.at(roll->todo.front());
    switch (roll->next_step(s, pool)) {
      case step::wait: // it reports when it is ready
        return;
      case step::replace:
        s.successor = spawn_worker(s.index, roll->trial ? roll->trial : pool);
        return;
      case step::fill:
        return start(s);
      case step::done:
        ++roll->done;
        break;
      case step::skip:
        break;
    }
    roll->todo.pop_front();
  }
  if (!roll)
    return;
  if (roll->trial)
    end_trial(); // every worker was stopped meanwhile
  end_rolling(std::nullopt);
}

bool supervisor_state::is_rolling(const replica& s) const {
  return planned.roll && planned.roll->is_turn_of(s);
}

void supervisor_state::end_rolling(std::optional<fault> why) {
  if (!planned.roll)
    return;
  auto r = std::move(*planned.roll);
  planned.roll.reset();
  for (auto& w : r.await_trial) // it has failed
    w.deliver(pool);
  if (!why) {
    r.promise.deliver(quantity{r.done});
    return;
  }
  if (r.done == 0) // what is new has not run yet
    loops->revert();
  auto error = to_string(why->what);
  auto fields = about("restart_failed");
  fields.code = error;
  write_log(*pool->log, spdlog::level::err, fields,
            "{}: the restart ended after {} of {} workers: {}", pool->config.name, r.done,
            r.done + r.todo.size(), why->message);
  r.promise.deliver(to_error(*why));
}

} // namespace troupe::supervisor
