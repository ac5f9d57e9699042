#include "actors/worker/worker_life.hpp"

#include "actors/interfaces/end_reason.hpp"
#include "actors/worker/recycle_limits.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::worker {

worker_life::~worker_life() {
  count_end(end_reason::shutdown);
}

metrics::living_state worker_life::counted_as(worker_phase p) {
  // One that is dead leaves with the same message.
  return static_cast<metrics::living_state>(std::min(p, worker_phase::stopping));
}

void worker_life::count_start() {
  tally().start();
  tally().move(metrics::living_state::starting, counted_as(phase));
  counted_ = true;
}

void worker_life::count_end(end_reason why) {
  if (std::exchange(counted_, false))
    tally().end(counted_as(phase), why);
}

void worker_life::count_late() {
  ++counters.late;
  count_dropped(metrics::dropped_kind::late_answer);
}

void worker_life::identify(pool_context_ptr context, worker_identity who,
                           supervisor_actor supervisor) {
  pool = std::move(context);
  full_name = worker_name(pool->config.name, who.index);
  reports = {who, full_name, std::move(supervisor), pool->events};
}

void worker_life::begin_recycling() {
  recycle.begin(own_limits(pool->config.recycle));
  auto& own = recycle.limits();
  if (own.memory > 0)
    set_timer(timer::memory, limits::memory_check);
  if (own.age.count() > 0)
    set_timer(timer::age, own.age);
  if (own.idle.count() > 0)
    set_timer(timer::idle, own.idle);
}

worker_life::milliseconds worker_life::left_until_unused_for(milliseconds wanted) const {
  auto here = now();
  return std::chrono::ceil<milliseconds>(unused_since().value_or(here) + wanted - here);
}

void worker_life::set_idle_notice(milliseconds after) {
  if (notice.set(after))
    check_idle_notice();
}

void worker_life::check_idle_notice() {
  if (!notice.is_on() || phase == worker_phase::stopping)
    return;
  auto next = notice.look(left_until_unused_for(notice.after()));
  if (next.tell)
    reports.idle();
  set_timer(timer::idle_notice, next.next, notice.subject());
}

void worker_life::check_idle() {
  auto left = left_until_unused_for(recycle.limits().idle);
  // A use since then has pushed the moment on.
  if (left.count() > 0)
    set_timer(timer::idle, left);
  else
    reach_limit(end_reason::idle);
}

void worker_life::check_memory() {
  sample_memory([this](uint64_t bytes) {
    if (bytes >= recycle.limits().memory)
      reach_limit(end_reason::memory);
    else
      set_timer(timer::memory, limits::memory_check);
  });
}

void worker_life::reach_limit(end_reason why) {
  if (recycle.reach(why))
    ask_to_be_recycled();
}

/// A worker that is in use now is asked later: nobody must lose the terminal on which
/// they type.
void worker_life::ask_to_be_recycled() {
  if (phase == worker_phase::stopping || !recycle.must_ask())
    return;
  if (!may_be_replaced())
    return set_timer(timer::unused, limits::memory_check);
  recycle.note_asked();
  auto why = *recycle.due();
  auto fields = about("worker_recycling");
  fields.reason = word_for(why);
  write_log(*pool->log, spdlog::level::info, fields, "{}: to be recycled ({})", full_name,
            fields.reason);
  publish("worker_recycling", {{"reason", word_for(why)}});
  reports.recycle(why);
}

bool worker_life::on_life_timer(uint64_t number) {
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::age:
      reach_limit(end_reason::age);
      return true;
    case timer::idle:
      check_idle();
      return true;
    case timer::memory:
      check_memory();
      return true;
    case timer::unused:
      ask_to_be_recycled();
      return true;
    case timer::idle_notice:
      // A timer of an earlier setting is out of date.
      if (number >> 8 == notice.subject())
        check_idle_notice();
      return true;
    case timer::count_:
      break;
  }
  return false;
}

void worker_life::leave_with(fault death) {
  ending.explain(death);
  count_end(reason_in(death).value_or(end_reason::exit));
  reports.record(status());
  quit(death);
}

log_fields worker_life::about(std::string_view event) const {
  return {.event = event, .pool = pool->config.name, .worker = full_name};
}

worker_status worker_life::status() const {
  worker_status s;
  static_cast<worker_counters&>(s) = counters;
  s.state = shown_as(phase);
  return s;
}

fault worker_life::with_diagnostics(fault f) const {
  f.details.worker.emplace(worker_facts{full_name});
  return f;
}

} // namespace troupe::worker
