#include "actors/broker/broker.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <unordered_set>

namespace troupe::broker {

using namespace std::chrono_literals;

bool broker_state::would_wait_for_itself(const call& c) const {
  // A worker that is missing, or may still come, will take the call.
  if (!c.ancestors || workers.size() < pool->config.size)
    return false;
  auto& own = pool->config.name;
  std::unordered_set<ticket_id> ancestors;
  for (auto& a : *c.ancestors)
    if (a.pool == own && a.node.empty())
      ancestors.insert(a.ticket);
  if (ancestors.empty())
    return false;
  return running.all_of([&](const running_call& f) {
    auto elsewhere = [&] {
      auto e = workers.find(f.worker);
      return c.worker >= 0 && e && e->index != c.worker;
    };
    return ancestors.count(f.ticket) > 0 || queue.has_descendant(own, f.ticket)
           || elsewhere();
  });
}

void broker_state::enqueue(pending_call_ptr c) {
  open.add(*c);
  set_queue_timer(c->start_by);
  auto entry = c->entry;
  auto index = c->what.worker;
  auto place = queue.push(std::move(c));
  open.move(entry, place);
  want_workers(index);
}

void broker_state::enqueue_again(pending_call_ptr c) {
  set_queue_timer(c->start_by);
  auto entry = c->entry;
  auto index = c->what.worker;
  auto place = queue.push_front(std::move(c));
  open.move(entry, place);
  want_workers(index);
}

void broker_state::check_queue() {
  auto now = self->clock().now();
  watch.deadlines.expire(now);
  while (auto c = queue.pop_due(now))
    settle(*c, failure(code::queue_timeout,
                       "no worker of pool " + pool->config.name + " was free in time"));
  if (auto next = queue.earliest())
    set_queue_timer(*next);
  note_load();
}

void broker_state::set_queue_timer(steady_clock::time_point due) {
  if (!watch.deadlines.wants(due))
    return;
  auto delay = std::max(due - self->clock().now(), steady_clock::duration{0});
  self->delayed_send(self, delay, internal::check_queue_v);
}

void broker_state::fail_waiting(const fault& why) {
  queue.extract_if([](const pending_call&) { return true; },
                   [&](pending_call_ptr c) { settle(*c, failure(why)); });
  note_load();
}

void broker_state::want_workers(int32_t index) {
  if (index < 0)
    watch_for_spills();
  if (!pool->config.elastic || !growth.supervisor())
    return;
  if (index >= 0 && !workers.has_index(index))
    self->send(growth.supervisor(), atom::grow_v, quantity{1}, index);
  else if (index < 0 && growth.begin())
    // With no worker at all there is nothing to wait for.
    self->delayed_send(self, workers.size() == 0 ? 0ms : limits::scale_wait,
                       internal::check_growth_v);
}

void broker_state::grow() {
  auto waiting = queue.size_for(-1);
  if (!growth.look(waiting > 0 && pool->config.elastic))
    return;
  self->send(growth.supervisor(), atom::grow_v, quantity{waiting}, int32_t{-1});
  self->delayed_send(self, limits::scale_wait, internal::check_growth_v);
}

void broker_state::update(pool_context_ptr to, const supervisor_actor& from) {
  pool = std::move(to);
  note_load(); // there may be another place for it
  if (running.waited_for() > 0 && pool->config.slow.after.count() > 0)
    check_slow();
  if (growth.report_to(from))
    return;
  admission.reset_quarantine(pool->config.quarantine); // its workers may have been mended
  auto size = static_cast<int32_t>(pool->config.size);
  auto homeless = [size](const pending_call& c) { return c.what.worker >= size; };
  queue.extract_if(homeless, [this](pending_call_ptr c) {
    auto& what = c->what;
    if (!what.key.empty() && pool->config.affinity == config::affinity::require) {
      what.worker = -1;
      bind_to_preferred(what);
      enqueue(std::move(c));
    } else {
      settle(*c, failure(no_such_worker(pool->config, what.worker)));
    }
  });
  dispatch_waiting();
}

} // namespace troupe::broker
