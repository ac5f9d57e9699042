#include "actors/worker/worker.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <csignal>

namespace troupe::worker {

using std::chrono::milliseconds;

void worker_state::stop(end_reason why) {
  if (stop_cause)
    return;
  step(worker_event::stopped);
  stop_cause = fault{};
  because = why;
  if (!process) {
    end_unstarted();
    return;
  }
  auto soft = pool->config.stop_timeout / 2;
  wire->send_stop(process->outbox(), word_for(why), soft);
  process->commit();
  if (wire->stop_closes_input())
    process->close_input();
  set_timer(timer::terminate, soft);
}

void worker_state::kill(end_reason reason, fault why) {
  if (!stop_cause) {
    stop_cause = std::move(why);
    because = reason;
  }
  step(worker_event::stopped);
  if (process)
    end_by_force();
  else
    end_unstarted();
}

void worker_state::end_by_force() {
  send_signal(SIGKILL);
  set_timer(timer::give_up, os::kill_grace);
}

/// Whoever waits for the worker, its pool, or the node to end waits no longer.
void worker_state::give_up() {
  auto why =
      with_diagnostics({code::worker_died, full_name + " does not end after SIGKILL"});
  pool->log->error("{} (pid {}); going on without it", why.message, info.pid);
  for (auto s : slots.by_age()) {
    if (s->state == call_slot::use::running)
      s->answer.deliver(to_error(why));
    else if (s->state == call_slot::use::abandoned)
      s->released.deliver(atom::cancel_v);
    slots.free(*s);
  }
  if (!stop_cause)
    stop_cause = std::move(why);
  starter->give_up(*process);
  on_exited(os::unseen{});
}

/// A child that is being started is ended as soon as it is there; one that has yet to
/// come by itself is not waited for.
void worker_state::end_unstarted() {
  if (starter->withdraw(mailbox.lock()))
    self->quit(to_error(*stop_cause));
}

void worker_state::fail_start(end_reason reason, fault why) {
  kill(reason, std::move(why));
}

void worker_state::send_signal(int signal) {
  last_signal = signal;
  was_terminated = was_terminated || signal == SIGTERM;
  process->signal(signal);
}

fault worker_state::late_start() const {
  auto within = " within " + std::to_string(pool->config.boot_timeout.count()) + " ms";
  if (process && !process->connected()) {
    auto listens = pool->wires->find(pool->config.protocol)->traits.child_listens;
    return {code::boot_timeout, full_name
                                    + (listens ? " did not open" : " did not connect to")
                                    + " its socket (TROUPE_SOCKET)" + within};
  }
  auto on_stdout = pool->config.transport == config::transport::stdio
                   && pool->wires->find(pool->config.protocol)->traits.sockets == 0;
  auto through = on_stdout ? "its stdout" : "its socket";
  auto what = first_output.empty() ? std::string{"nothing came on "} + through
                                         + " (does it flush what it prints?)"
                                   : std::string{"what came on "} + through
                                         + " was not that it is ready: " + first_output;
  return {code::boot_timeout, full_name + " was not ready" + within + ": " + what};
}

std::string worker_state::how_it_ended(const os::exit_status& status) const {
  auto died_of = std::get_if<os::signalled>(&status);
  if (!died_of || died_of->signal != last_signal) {
    auto from_outside =
        died_of && (died_of->signal == SIGKILL || died_of->signal == SIGTERM);
    return to_string(status) + (from_outside ? ", not by the node" : "");
  }
  if (last_signal == SIGTERM)
    return "ended at the node's SIGTERM: it had not ended when it was asked to";
  if (because && !is_planned(*because))
    return stop_cause ? "was killed by the node"
                      : "closed its output and lived on, and was killed by the node";
  return was_terminated ? "was killed by the node: it had not ended at SIGTERM"
                        : "was killed by the node, at once";
}

// -- the end of the child ---------------------------------------------------------

void worker_state::on_exited(const os::exit_status& status) {
  ended = status;
  // Its debts are forgiven: nothing more will come.
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
  auto expected = stop_cause.has_value();
  stderr_tail.finish([this](std::string_view line) { log_error_line(line); });
  report_losses();
  if (left_in_order(status))
    self->send(supervisor, atom::retire_v, who.incarnation);
  step(worker_event::ended);
  process.reset();
  forget_calls();
  worker_end how{because.value_or(reason_for(status)), status};
  auto death = with_diagnostics(
      {code::worker_died, full_name + " " + how_it_ended(status), {.end = how}});
  publish("worker_exited", json_object_writer{}
                               .add("pid", info.pid)
                               .append(to_json_members(how))
                               .add("expected", expected));
  self->send(supervisor, atom::tail_v, who.incarnation,
             stderr_tail.last(limits::stderr_lines));
  for (auto s : slots.by_age()) {
    if (s->state == call_slot::use::running)
      s->answer.deliver(to_error(death));
    else if (s->state == call_slot::use::abandoned)
      s->released.deliver(atom::cancel_v);
    slots.free(*s);
  }
  if (starting && !expected) {
    death.what = code::handshake_failed;
    death.message += " before it was ready";
  } else if (expected) {
    death.what = stop_cause->what;
    death.message = stop_cause->message.empty() ? death.message : stop_cause->message;
  }
  self->send(supervisor, atom::record_v, who.incarnation,
             worker_counters{this->status()});
  self->quit(to_error(death));
}

bool worker_state::left_in_order(const os::exit_status& status) const {
  // Without the second condition one that leaves as soon as it is ready would be started
  // again and again at full speed.
  auto was_of_use =
      counters.calls > 0
      || self->clock().now() - upkeep.last_call >= pool->config.restart.period;
  auto was_idle = phase != worker_phase::starting && slots.used() == 0 && !stop_cause;
  return was_idle && was_of_use && status == os::exit_status{os::exited{0}}
         && pool->config.restart.policy == config::restart_policy::always;
}

// -- timers ----------------------------------------------------------------------

void worker_state::set_timer(timer t, milliseconds delay, uint64_t subject) {
  self->delayed_send(self, delay, atom::check_v, subject << 8 | static_cast<uint64_t>(t));
}

void worker_state::on_timer(uint64_t number) {
  auto subject = number >> 8;
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
        fail_start(end_reason::timeout, late_start());
      break;
    case timer::terminate:
      if (process) {
        send_signal(SIGTERM);
        set_timer(timer::kill, pool->config.stop_timeout);
      }
      break;
    case timer::kill:
      if (process) {
        if (!stop_cause)
          because = end_reason::disconnected;
        end_by_force();
      }
      break;
    case timer::give_up:
      if (process)
        give_up();
      break;
    case timer::age:
      ask_to_be_recycled(end_reason::age);
      break;
    case timer::idle:
      check_idle();
      break;
    case timer::idle_notice:
      // One set for another time than it is now is not asked any more.
      if (static_cast<int64_t>(subject) == upkeep.idle_notice.count())
        check_idle_notice();
      break;
    case timer::memory:
      check_memory();
      break;
    case timer::ping:
      ping();
      break;
    case timer::pong:
      on_pong_due(subject);
      break;
    case timer::grace:
      graces.expire(self->clock().now());
      if (slots.take_due(self->clock().now()))
        force_stop();
      watch_abandoned();
      break;
  }
}

} // namespace troupe::worker
