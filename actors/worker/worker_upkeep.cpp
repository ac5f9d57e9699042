#include "actors/worker/recycle_limits.hpp"
#include "actors/worker/worker.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace troupe::worker {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

void worker_state::begin_upkeep() {
  auto rules = own_limits(pool->config.recycle);
  upkeep.jobs = rules.jobs;
  upkeep.memory = rules.memory;
  upkeep.age = rules.age;
  upkeep.idle = rules.idle;
  upkeep.last_call = self->clock().now();
  if (upkeep.memory > 0)
    set_timer(timer::memory, limits::memory_check);
  if (upkeep.age.count() > 0)
    set_timer(timer::age, upkeep.age);
  if (upkeep.idle.count() > 0)
    set_timer(timer::idle, upkeep.idle);
  if (pool->config.heartbeat.every.count() > 0 && info.can_ping)
    set_timer(timer::ping, pool->config.heartbeat.every);
}

milliseconds worker_state::left_until_idle_for(milliseconds wanted) const {
  auto now = self->clock().now();
  auto since = slots.used() > 0 ? now : upkeep.last_call;
  return std::chrono::ceil<milliseconds>(since + wanted - now);
}

void worker_state::set_idle_notice(milliseconds after) {
  if (std::exchange(upkeep.idle_notice, after) != after && after.count() > 0)
    check_idle_notice();
}

void worker_state::check_idle_notice() {
  if (upkeep.idle_notice.count() == 0 || phase == worker_phase::stopping)
    return;
  auto left = left_until_idle_for(upkeep.idle_notice);
  if (left.count() <= 0) {
    self->send(supervisor, atom::idle_v, who.incarnation);
    left = upkeep.idle_notice; // it may be kept, and be one too many later
  }
  set_timer(timer::idle_notice, left, static_cast<uint64_t>(upkeep.idle_notice.count()));
}

void worker_state::check_idle() {
  auto left = left_until_idle_for(upkeep.idle);
  // A call since then has pushed the moment on.
  if (left.count() > 0)
    set_timer(timer::idle, left);
  else
    ask_to_be_recycled(end_reason::idle);
}

void worker_state::check_memory() {
  self->request(pool->sampler, caf::infinite, atom::sample_v, int32_t{info.pid})
      .then(
          [this](uint64_t bytes) {
            if (bytes >= upkeep.memory)
              ask_to_be_recycled(end_reason::memory);
            else
              set_timer(timer::memory, limits::memory_check);
          },
          [](caf::error&) {}); // the node ends
}

void worker_state::ask_to_be_recycled(end_reason reason) {
  if (phase == worker_phase::stopping || std::exchange(upkeep.asked, true))
    return;
  pool->log->info("{}: to be recycled ({})", full_name, word_for(reason));
  publish("worker_recycling", json_object_writer{}.add("reason", word_for(reason)));
  self->send(supervisor, atom::recycle_v, who.incarnation, reason);
}

/// A worker with a call in it may be too busy to answer, and has a deadline anyway.
void worker_state::ping() {
  // One that waits for a session's next step has time to answer.
  auto running = slots.used() > slots.paused();
  if (phase == worker_phase::ready || (phase == worker_phase::busy && !running)) {
    wire->send_ping(process->outbox(), ++upkeep.pings);
    process->commit();
    set_timer(timer::pong, pool->config.heartbeat.timeout, upkeep.pings);
  }
  if (phase == worker_phase::ready || phase == worker_phase::busy)
    set_timer(timer::ping, pool->config.heartbeat.every);
}

void worker_state::on_pong_due(uint64_t number) {
  if (upkeep.pongs >= number || phase == worker_phase::stopping)
    return;
  auto why = full_name + " did not answer a ping within "
             + std::to_string(pool->config.heartbeat.timeout.count()) + " ms";
  kill(end_reason::heartbeat, {code::worker_died, std::move(why)});
}

} // namespace troupe::worker
