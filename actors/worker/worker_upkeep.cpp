#include "actors/worker/worker.hpp"

namespace troupe::worker {

void worker_state::begin_upkeep() {
  last_call = now();
  begin_recycling();
  if (pool->config.heartbeat.every.count() > 0 && info.can.has(wires::capability::ping))
    set_timer(timer::ping, pool->config.heartbeat.every);
}

std::optional<steady_clock::time_point> worker_state::unused_since() const {
  return slots.used() > 0 ? std::nullopt : std::optional{last_call};
}

/// A worker with a call in it may be too busy to answer, and has a deadline anyway.
void worker_state::ping() {
  // A worker with only a paused session has time to answer.
  auto running = slots.used() > slots.paused();
  if (phase == worker_phase::ready || (phase == worker_phase::busy && !running)) {
    auto number = pings.next();
    wire->send_ping(process->outbox(), number);
    process->commit();
    set_timer(timer::pong, pool->config.heartbeat.timeout, number);
  }
  if (phase == worker_phase::ready || phase == worker_phase::busy)
    set_timer(timer::ping, pool->config.heartbeat.every);
}

void worker_state::on_pong_due(uint64_t number) {
  if (!pings.is_missed(number) || phase == worker_phase::stopping)
    return;
  if (reading.client_is_behind()) { // its answer may lie unread
    set_timer(timer::pong, pool->config.heartbeat.timeout, number);
    return;
  }
  auto why = full_name + " did not answer a ping within "
             + std::to_string(pool->config.heartbeat.timeout.count()) + " ms";
  kill(end_reason::heartbeat, {code::worker_died, std::move(why)});
}

} // namespace troupe::worker
