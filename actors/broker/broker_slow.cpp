#include "actors/broker/broker.hpp"
#include "protocol/base/slow_limits.hpp"

#include <algorithm>

/// Calls that run for longer than the pool's `slow`: one look at the running calls when
/// the oldest that was not told of becomes slow. A call costs nothing of its own.
namespace troupe::broker {

void broker_state::watch_for_slow(steady_clock::time_point due) {
  watch.looks_for_slow = true;
  if (!watch.slow_looks.wants(due))
    return;
  auto delay = std::max<steady_clock::duration>(due - self->clock().now(), {});
  self->delayed_send(self, delay, internal::check_slow_v);
}

void broker_state::check_slow() {
  auto now = self->clock().now();
  watch.looks_for_slow = false;
  watch.slow_looks.expire(now);
  auto after = pool->config.slow.after;
  if (after.count() == 0)
    return;
  std::optional<steady_clock::time_point> next;
  running.for_each([&](size_t, running_call& f) {
    if (f.abandoned || f.call.slow != 0)
      return;
    if (auto due = f.started + after; due > now)
      next = std::min(due, next.value_or(due));
    else
      report_slow(f);
  });
  // The rest bounds the work where many calls become slow one by one.
  if (next)
    watch_for_slow(std::max(*next, now + limits::slow_rest));
}

void broker_state::report_slow(running_call& f) {
  auto e = workers.find(f.worker);
  if (!e || !pool->records.slow_log)
    return;
  ++pool->records.counts->totals.slow;
  f.call.slow = f.ticket;
  auto& c = f.call.what;
  self->send(pool->records.slow_log,
             slow_call{pool, e->worker, worker_of(f), f.ticket, c.kind, c.taken,
                       f.started, f.deadline(), c.request_id, c.trace});
}

void broker_state::end_slow(pending_call& c, const fault* why, bool runs_again) {
  auto ticket = std::exchange(c.slow, {});
  if (ticket == 0)
    return;
  slow_call_end end{pool->config.name, ticket, why ? why->what : code::none, runs_again};
  if (why && why->details.worker && why->details.worker->stderr_lines)
    end.last_lines = *why->details.worker->stderr_lines;
  self->send(pool->records.slow_log, std::move(end));
}

} // namespace troupe::broker
