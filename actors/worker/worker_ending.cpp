#include "actors/worker/worker.hpp"
#include "protocol/base/limits.hpp"

namespace troupe::worker {

void worker_state::ask_to_end(end_reason why, milliseconds soft) {
  wire->send_stop(process->outbox(), word_for(why), soft);
  process->commit();
  if (wire->stop_closes_input())
    process->close_input();
}

/// A child that is being started is ended as soon as it is there; one that has yet to
/// come by itself is not waited for.
void worker_state::end_unstarted() {
  if (starter->withdraw(start.mailbox.lock()))
    quit(ending.cause());
}

void worker_state::fail_calls(const fault& why) {
  for (auto s : slots.by_age()) {
    if (s->state == call_slot::use::running)
      s->answer.deliver(to_error(why));
    else if (s->state == call_slot::use::abandoned)
      s->released.deliver(atom::released_v);
    slots.free(*s);
  }
}

void worker_state::on_exited(const os::exit_status& status) {
  ended = status;
  // No limit of rate holds for an ended child: the rest of its output is handled at
  // once.
  said.waits = logged.waits = false;
  handle_said();
  if (ended)
    handle_logged();
}

void worker_state::end_if_all_is_handled() {
  if (ended && !said.waits && said.empty() && !logged.waits && logged.empty())
    end(*std::exchange(ended, std::nullopt));
}

void worker_state::end(const os::exit_status& status) {
  auto starting = phase == worker_phase::starting;
  wire->feed_end(said.frames());
  while (auto f = said.next())
    on_frame(*f);
  said.forget_frames();
  logged.finish([this](std::string_view line) { log_error_line(line); });
  report_losses();
  if (left_in_order(status))
    reports.retire();
  step(worker_event::ended);
  drop_child();
  forget_calls();
  auto how = report_end(status);
  auto death = with_diagnostics(
      {code::worker_died, full_name + " " + ending.describe(status), {.end = how}});
  reports.last_words(logged.last(limits::stderr_lines));
  fail_calls(death);
  if (starting && !ending.has_begun()) {
    death.what = code::handshake_failed;
    death.message += " before it was ready";
  }
  leave_with(std::move(death));
}

bool worker_state::left_in_order(const os::exit_status& status) const {
  // Without the second condition one that leaves as soon as it is ready would be started
  // again and again at full speed.
  auto was_of_use =
      counters.calls > 0 || now() - last_call >= pool->config.restart.period;
  auto was_idle =
      phase != worker_phase::starting && slots.used() == 0 && !ending.has_begun();
  return was_idle && was_of_use && status == os::exit_status{os::exited{0}}
         && pool->config.restart.policy == config::restart_policy::always;
}

// -- timers ----------------------------------------------------------------------

void worker_state::on_timer(uint64_t number) {
  if (on_base_timer(number))
    return;
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::said:
      said.waits = false;
      handle_said();
      break;
    case timer::logged:
      logged.waits = false;
      handle_logged();
      break;
    case timer::losses:
      report_losses();
      break;
    case timer::boot:
      if (phase == worker_phase::starting)
        kill(end_reason::timeout,
             start.explain_delay(*pool, full_name, process && !process->connected()));
      break;
    case timer::ping:
      ping();
      break;
    case timer::pong:
      on_pong_due(number >> 8);
      break;
    case timer::grace:
      while (auto s = slots.find_unanswered(now()))
        release(*s);
      if (reading.client_is_behind()) // its answers may lie unread
        slots.put_off(now() + limits::cancel_grace);
      if (slots.take_due(now()))
        force_stop();
      watch_abandoned();
      break;
  }
}

} // namespace troupe::worker
