#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

size_t supervisor_state::open_replicas() const {
  return static_cast<size_t>(std::count_if(replicas.begin(), replicas.end(),
                                           [](const replica& s) { return s.open; }));
}

void supervisor_state::add_replicas() {
  auto all_stopped = !replicas.empty()
                     && std::all_of(replicas.begin(), replicas.end(),
                                    [](const replica& s) { return s.stopped; });
  while (replicas.size() < pool->config.size) {
    auto& s = replicas.emplace_back();
    s.index = static_cast<int32_t>(replicas.size() - 1);
    s.stopped = all_stopped;
  }
}

void supervisor_state::fit_size() {
  auto& config = pool->config;
  add_replicas();
  for (auto& s : replicas)
    if (s.open && s.index >= static_cast<int32_t>(config.size))
      close(s, end_reason::scale);
  auto count = open_replicas();
  for (auto& s : replicas)
    if (!s.open && count < config.least()) {
      s.open = true;
      ++count;
      start(s);
    }
}

void supervisor_state::close(replica& s, end_reason why) {
  s.open = false;
  s.start_at.reset();
  for (auto w :
       {s.current ? &*s.current : nullptr, s.successor ? &*s.successor : nullptr})
    if (w && !std::exchange(w->leaving, true))
      let_go(*w, why);
}

void supervisor_state::grow(uint64_t waiting, int32_t index) {
  auto& config = pool->config;
  if (!config.elastic || ending || breaker->is_open())
    return;
  auto may_open = [&](const replica& s) {
    return !s.open && !s.stopped && !s.current
           && s.index < static_cast<int32_t>(config.size);
  };
  if (auto s = find_replica(index); s && may_open(*s)) {
    s->open = true;
    start(*s);
  }
  if (index >= 0)
    return;
  // What is coming will take its part of what waits.
  auto wanted = (waiting + config.window - 1) / config.window;
  auto coming = static_cast<size_t>(
      std::count_if(replicas.begin(), replicas.end(), [](const replica& s) {
        return s.open && (s.start_at || (s.current && !s.current->ready));
      }));
  for (auto& s : replicas) {
    if (coming >= wanted || starting >= pool->starts_at_once)
      break;
    if (!may_open(s))
      continue;
    s.open = true;
    ++coming;
    start(s);
    pool->log->info("{}: calls wait, starting {} ({} workers)", config.name,
                    worker_name(config.name, s.index), open_replicas());
  }
}

void supervisor_state::on_idle(uint64_t number) {
  auto& config = pool->config;
  if (!config.elastic || ending || open_replicas() <= config.least())
    return;
  auto s = replica_of(number);
  if (!s || !s->open || !s->current || s->current->number != number || s->successor
      || s->current->leaving)
    return;
  close(*s, end_reason::idle);
}

void supervisor_state::watch_idle(const incarnation& w) const {
  auto& range = pool->config.elastic;
  self->send(w.worker, atom::idle_v, range ? range->idle.count() : int64_t{0});
}

} // namespace troupe::supervisor
