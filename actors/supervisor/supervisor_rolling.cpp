#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

namespace troupe::supervisor {

namespace {

bool works(const replica& s) {
  return s.current && s.current->ready && !s.current->leaving;
}

} // namespace

uint64_t supervisor_state::send_away(int32_t index, end_reason why) {
  uint64_t count = 0;
  for (auto& s : replicas)
    if (works(s) && (index < 0 || s.index == index)) {
      s.current->leaving = true;
      let_go(*s.current, why);
      ++count;
    }
  return count;
}

caf::result<uint64_t> supervisor_state::restart(int32_t index) {
  if (pool->config.external)
    return send_away(index, end_reason::restart);
  if (roll)
    return to_error({code::conflict, "a restart of this pool is already under way"});
  auto one = find_replica(index);
  if (index >= 0 && (!one || !one->open))
    return to_error(
        {code::worker_not_found, "no worker " + worker_name(pool->config.name, index)});
  rolling r;
  r.since = self->clock().now();
  for (auto& s : replicas) {
    if (index >= 0 && s.index != index)
      continue;
    s.stopped = false;
    s.failures = 0;
    if (s.open)
      r.todo.push_back(s.index);
  }
  return begin_rolling(std::move(r));
}

caf::result<uint64_t> supervisor_state::reload(pool_context_ptr fresh, bool replace_all) {
  if (ending)
    return to_error({code::shutting_down});
  if (pool->config.external || fresh->config.external) {
    auto same = config::same_workers(fresh->config, pool->config);
    switch_to(std::move(fresh));
    return same && !replace_all ? 0 : send_away(-1, end_reason::reload);
  }
  if (!replace_all && config::same_workers(fresh->config, pool->config)) {
    switch_to(std::move(fresh));
    return uint64_t{0};
  }
  if (roll)
    return to_error({code::conflict, "a restart of this pool is already under way"});
  rolling r;
  r.why = end_reason::reload;
  r.since = self->clock().now();
  // One that works goes first: what is tried must not cost a worker.
  for (auto working : {true, false})
    for (auto& s : replicas)
      if (s.open && !s.stopped && works(s) == working) {
        s.failures = 0;
        r.todo.push_back(s.index);
      }
  if (std::any_of(replicas.begin(), replicas.end(), works))
    r.trial = std::move(fresh);
  else
    switch_to(std::move(fresh)); // there is nothing that it could break
  return begin_rolling(std::move(r));
}

void supervisor_state::switch_to(pool_context_ptr fresh) {
  if (fresh->config.restart != pool->config.restart)
    breaker.emplace(fresh->config.restart, std::random_device{}());
  pool = std::move(fresh);
  self->send(broker, atom::update_v, pool, caf::actor_cast<caf::strong_actor_ptr>(self));
  fit_size();
  for (auto& s : replicas)
    if (works(s))
      watch_idle(*s.current);
  update_condition();
}

caf::result<uint64_t> supervisor_state::begin_rolling(rolling r) {
  r.promise = self->make_response_promise<uint64_t>();
  auto promise = r.promise;
  roll = std::move(r);
  // Replicas that are empty cost nobody anything: fill them first, all at once.
  if (!roll->trial)
    for (auto i : roll->todo)
      start(replicas[static_cast<size_t>(i)]);
  update_condition();
  roll_on();
  return promise;
}

void supervisor_state::roll_on() {
  while (roll && !roll->todo.empty()) {
    auto& s = replicas[static_cast<size_t>(roll->todo.front())];
    if (s.stopped || !s.open) { // since the restart began: it is to stay empty
      roll->todo.pop_front();
      continue;
    }
    if (s.successor)
      return; // it reports when it is ready
    auto fresh = s.current && s.current->born >= roll->since
                 && (s.current->context == pool && !roll->trial);
    if (!fresh) {
      if (s.current)
        s.successor = spawn_worker(s.index, roll->trial ? roll->trial : pool);
      else
        start(s);
      return;
    }
    if (!s.current->ready)
      return;
    ++roll->done;
    roll->todo.pop_front();
  }
  if (!roll)
    return;
  if (auto untried = std::exchange(roll->trial, nullptr))
    switch_to(std::move(untried)); // every worker was stopped meanwhile
  end_rolling(std::nullopt);
}

bool supervisor_state::is_rolling(const replica& s) const {
  return roll && !roll->todo.empty() && roll->todo.front() == s.index;
}

void supervisor_state::end_rolling(std::optional<fault> why) {
  if (!roll)
    return;
  auto r = std::move(*roll);
  roll.reset();
  if (!why) {
    r.promise.deliver(r.done);
    return;
  }
  pool->log->error("{}: the restart ended after {} of {} workers: {}", pool->config.name,
                   r.done, r.done + r.todo.size(), why->message);
  r.promise.deliver(to_error(*why));
}

} // namespace troupe::supervisor
