#include "actors/broker.hpp"
#include "protocol/address.hpp"
#include "protocol/limits.hpp"

#include <algorithm>
#include <unordered_set>

namespace troupe {

using namespace std::chrono_literals;

bool broker_state::would_wait_for_itself(const call& c) const {
  // A worker that is missing, or may still come, will take the call.
  if (!c.lineage || roster.size() < pool->config.size)
    return false;
  std::unordered_set<uint64_t> waiting;
  auto add = [&](const lineage_ptr& lineage) {
    if (lineage)
      for (auto& a : *lineage)
        if (a.pool == pool->config.name)
          waiting.insert(a.ticket);
  };
  add(c.lineage);
  if (waiting.empty())
    return false;
  queue.for_each([&](const pending_call& other) { add(other.what.lineage); });
  return std::all_of(flights.begin(), flights.end(), [&](const flight& f) {
    auto elsewhere = [&] {
      auto e = roster.find(f.worker);
      return c.worker >= 0 && e && e->index != c.worker;
    };
    return !f.in_use || waiting.count(f.ticket) > 0 || elsewhere();
  });
}

void broker_state::enqueue(pending_call c) {
  set_queue_timer(c.start_by);
  auto index = c.what.worker;
  queue.push(std::move(c));
  want_workers(index);
}

void broker_state::check_queue() {
  auto now = self->clock().now();
  // One that was overtaken by an earlier one: if it set another, they would never end.
  if (!queue_timer || now < *queue_timer)
    return;
  queue_timer.reset();
  queue.extract_if(
      [now](const pending_call& c) { return c.start_by <= now; },
      [this](pending_call c) {
        settle(c, fault{code::queue_timeout,
                        "no worker of pool " + pool->config.name + " was free in time",
                        {}});
      });
  if (auto next = queue.earliest())
    set_queue_timer(*next);
}

void broker_state::set_queue_timer(steady_clock::time_point due) {
  if (queue_timer && *queue_timer <= due)
    return;
  queue_timer = due;
  auto delay = std::max(due - self->clock().now(), steady_clock::duration{0});
  self->delayed_send(self, delay, atom::check_v);
}

void broker_state::fail_waiting(const fault& why) {
  queue.extract_if([](const pending_call&) { return true; },
                   [&](pending_call c) { settle(c, why); });
}

void broker_state::want_workers(int32_t index) {
  if (!pool->config.elastic || !supervisor)
    return;
  if (index >= 0 && !roster.has_index(index))
    self->send(supervisor, atom::grow_v, uint64_t{1}, index);
  else if (index < 0 && !std::exchange(growing, true))
    // With no worker at all there is nothing to wait for.
    self->delayed_send(self, roster.size() == 0 ? 0ms : limits::scale_wait, atom::grow_v);
}

void broker_state::grow() {
  growing = false;
  auto waiting = queue.size_for(-1);
  if (waiting == 0 || !pool->config.elastic)
    return;
  self->send(supervisor, atom::grow_v, static_cast<uint64_t>(waiting), int32_t{-1});
  growing = true;
  self->delayed_send(self, limits::scale_wait, atom::grow_v);
}

void broker_state::update(pool_context_ptr to, const caf::strong_actor_ptr& from) {
  auto first = !supervisor;
  pool = std::move(to);
  supervisor = caf::actor_cast<supervisor_actor>(from);
  if (first)
    return;
  quarantine.emplace(pool->config.quarantine); // its workers may have been mended
  auto size = static_cast<int32_t>(pool->config.size);
  auto homeless = [size](const pending_call& c) { return c.what.worker >= size; };
  queue.extract_if(homeless, [this](pending_call c) {
    if (!c.what.key.empty() && pool->config.affinity == config::affinity::require) {
      c.what.worker = -1;
      bind_to_home(c.what);
      enqueue(std::move(c));
    } else {
      settle(c, no_such_worker(c.what.worker));
    }
  });
  pump();
}

fault broker_state::no_such_worker(int32_t index) const {
  return {code::worker_not_found,
          "no worker " + worker_name(pool->config.name, index) + ": the pool has "
              + std::to_string(pool->config.size),
          {}};
}

} // namespace troupe
