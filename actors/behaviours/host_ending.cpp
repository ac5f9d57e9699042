#include "actors/behaviours/host.hpp"
#include "actors/os/launcher.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::behaviours {

using worker::call_slot;
using worker::worker_event;
using worker::worker_phase;

void host_state::stop(end_reason why) {
  if (!ending.begin(why))
    return;
  step(worker_event::stopped);
  if (!behaviour)
    return;
  if (slots.used() == 0)
    end_softly();
  set_timer(timer::kill, pool->config.stop_timeout);
}

void host_state::kill(end_reason why, fault cause) {
  ending.insist(why, std::move(cause));
  step(worker_event::stopped);
  end_by_force();
}

void host_state::force_stop() {
  if (slots.running() > 0) {
    // Others are still in it: they may end, new ones may not come.
    if (phase != worker_phase::stopping && step(worker_event::stopped))
      reports.retire();
    return;
  }
  auto all = slots.by_age();
  auto in_time = std::any_of(all.begin(), all.end(),
                             [here = now()](auto s) { return s->deadline > here; });
  if (in_time)
    kill(end_reason::cancelled,
         {code::timeout, full_name + " did not stop a call that was cancelled"});
  else
    kill(end_reason::timeout,
         {code::timeout, full_name + " did not finish a call in time"});
}

void host_state::end_softly() {
  self->send_exit(behaviour->actor(), caf::exit_reason::user_shutdown);
}

void host_state::end_by_force() {
  if (!behaviour || phase == worker_phase::dead)
    return;
  self->send_exit(behaviour->actor(), caf::exit_reason::kill);
  set_timer(timer::give_up, os::kill_grace);
}

void host_state::give_up() {
  if (phase == worker_phase::dead)
    return;
  auto why = full_name + " does not end: its thread is lost to the node";
  write_log(*pool->log, spdlog::level::err, about("worker_given_up"),
            "{}; going on without it", why);
  self->demonitor(behaviour->actor().address());
  ending.give_up({code::worker_died, why});
  end(false, "does not end: its thread is lost to the node");
}

void host_state::on_down(const caf::error& reason) {
  if (reason == caf::exit_reason::user_shutdown || reason == caf::exit_reason::normal
      || !reason)
    end(true, "ended");
  else if (reason == caf::exit_reason::kill)
    end(false, "was ended by the node");
  else
    end(false, "ended by an error: " + to_fault(reason).message);
}

void host_state::end(bool in_order, std::string how) {
  auto starting = phase == worker_phase::starting;
  auto asked = ending.has_begun();
  step(worker_event::ended);
  forget_calls();
  report_losses();
  auto facts = ending.end_with(in_order ? os::exit_status{os::exited{0}}
                                        : os::exit_status{os::unseen{}});
  if (!asked && !in_order)
    facts.reason = end_reason::crash;
  publish("worker_exited", {spread(facts), {"expected", asked}});
  auto death =
      with_diagnostics({code::worker_died, full_name + " " + how, {.end = facts}});
  reports.last_words(lines.last(limits::stderr_lines));
  fail_calls(death);
  if (starting && !asked) {
    death.what = code::spawn_failed;
    death.message += " before it was ready";
  }
  leave_with(std::move(death));
}

void host_state::fail_calls(const fault& why) {
  for (auto s : slots.by_age()) {
    if (s->state == call_slot::use::running)
      s->answer.deliver(to_error(why));
    else if (s->state == call_slot::use::abandoned)
      s->released.deliver(atom::released_v);
    slots.free(*s);
  }
}

} // namespace troupe::behaviours
