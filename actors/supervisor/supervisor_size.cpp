#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

void supervisor_state::fit_size() {
  auto& config = pool->config;
  replicas.set_size(config.size);
  for (auto& s : replicas)
    if (s.plan.is_open() && s.index >= static_cast<int32_t>(config.size))
      close(s, end_reason::scale);
  auto count = replicas.count_open();
  for (auto& s : replicas)
    if (!s.plan.is_open() && count < config.least()) {
      s.plan.apply(replica_event::opened);
      ++count;
      start(s);
    }
}

void supervisor_state::close(replica& s, end_reason why) {
  s.plan.apply(replica_event::closed);
  s.for_each_wanted([&](incarnation& w) {
    if (!std::exchange(w.leaving, true))
      let_go(w, why);
  });
}

void supervisor_state::grow(uint64_t waiting, int32_t index) {
  auto& config = pool->config;
  if (!config.elastic || ending || breaker->is_open())
    return;
  auto may_open = [&](const replica& s) {
    return s.plan.state() == replica_state::closed && !s.current
           && s.index < static_cast<int32_t>(config.size);
  };
  if (auto s = replicas.find(index); s && may_open(*s)) {
    s->plan.apply(replica_event::opened);
    start(*s);
  }
  if (index >= 0)
    return;
  // Workers that are starting will take a part of the waiting calls.
  auto wanted = (waiting + config.window - 1) / config.window;
  auto coming = static_cast<size_t>(
      std::count_if(replicas.begin(), replicas.end(), [](const replica& s) {
        return s.plan.is_open() && (s.plan.waits() || (s.current && !s.current->ready));
      }));
  for (auto& s : replicas) {
    if (coming >= wanted || !starts.has_room(pool->starts_at_once))
      break;
    if (!may_open(s))
      continue;
    s.plan.apply(replica_event::opened);
    ++coming;
    start(s);
    auto worker = worker_name(config.name, s.index);
    write_log(*pool->log, spdlog::level::info, about("pool_grows", worker),
              "{}: calls wait, starting {} ({})", config.name, worker,
              counted(replicas.count_open(), "worker"));
  }
}

void supervisor_state::on_idle(incarnation_id number) {
  auto& config = pool->config;
  if (!config.elastic || ending || replicas.count_open() <= config.least())
    return;
  auto s = replicas.of_incarnation(number);
  if (s && s->may_replace(number) && !s->current->leaving)
    close(*s, end_reason::idle);
}

void supervisor_state::watch_idle(const incarnation& w) const {
  auto& range = pool->config.elastic;
  self->send(w.worker, atom::report_idle_v,
             range ? caf::timespan{range->idle} : caf::timespan{0});
}

} // namespace troupe::supervisor
