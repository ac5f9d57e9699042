#include "actors/worker/recycle_limits.hpp"
#include "actors/worker/worker_base.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

namespace troupe::worker {

void worker_base::begin_recycling() {
  recycle.begin(own_limits(pool->config.recycle));
  auto& own = recycle.limits();
  if (own.memory > 0)
    set_timer(timer::memory, limits::memory_check);
  if (own.age.count() > 0)
    set_timer(timer::age, own.age);
  if (own.idle.count() > 0)
    set_timer(timer::idle, own.idle);
}

worker_base::milliseconds worker_base::left_until_unused_for(milliseconds wanted) const {
  auto here = now();
  return std::chrono::ceil<milliseconds>(unused_since().value_or(here) + wanted - here);
}

void worker_base::set_idle_notice(milliseconds after) {
  if (notice.set(after))
    check_idle_notice();
}

void worker_base::check_idle_notice() {
  if (!notice.is_on() || phase == worker_phase::stopping)
    return;
  auto next = notice.look(left_until_unused_for(notice.after()));
  if (next.tell)
    reports.idle();
  set_timer(timer::idle_notice, next.next, notice.subject());
}

void worker_base::check_idle() {
  auto left = left_until_unused_for(recycle.limits().idle);
  // A use since then has pushed the moment on.
  if (left.count() > 0)
    set_timer(timer::idle, left);
  else
    reach_limit(end_reason::idle);
}

void worker_base::check_memory() {
  sample_memory([this](uint64_t bytes) {
    if (bytes >= recycle.limits().memory)
      reach_limit(end_reason::memory);
    else
      set_timer(timer::memory, limits::memory_check);
  });
}

void worker_base::reach_limit(end_reason why) {
  if (recycle.reach(why))
    ask_to_be_recycled();
}

/// A worker that is in use now is asked later: nobody must lose the terminal on which
/// they type.
void worker_base::ask_to_be_recycled() {
  if (phase == worker_phase::stopping || !recycle.must_ask())
    return;
  if (!may_be_replaced())
    return set_timer(timer::unused, limits::memory_check);
  recycle.note_asked();
  auto why = *recycle.due();
  pool->log->info("{}: to be recycled ({})", full_name, word_for(why));
  publish("worker_recycling", {{"reason", word_for(why)}});
  reports.recycle(why);
}

} // namespace troupe::worker
