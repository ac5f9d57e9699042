#include "actors/worker.hpp"
#include "protocol/limits.hpp"

#include <spdlog/spdlog.h>

#include <csignal>

namespace troupe {

using std::chrono::milliseconds;

void worker_state::stop(const std::string& reason) {
  if (verdict)
    return;
  step(worker_event::stopped);
  verdict = fault{code::none, reason, {}};
  if (!process) {
    end_unstarted();
    return;
  }
  auto soft = pool->config.stop_timeout / 2;
  wire->send_stop(process->outbox(), reason, soft);
  process->commit();
  if (wire->stop_closes_input())
    process->close_input();
  set_timer(timer::terminate, soft);
}

void worker_state::kill(fault why) {
  if (!verdict)
    verdict = std::move(why);
  step(worker_event::stopped);
  if (process)
    process->signal(SIGKILL);
  else
    end_unstarted();
}

/// A child that is being started is ended as soon as it is there; one that has yet to
/// come by itself is not waited for.
void worker_state::end_unstarted() {
  if (starter->withdraw(self))
    self->quit(to_error(*verdict));
}

void worker_state::fail_start(fault why) {
  pool->log->error("{}: {}: {}", full_name, troupe::info(why.what).name, why.message);
  kill(std::move(why));
}

// -- timers ----------------------------------------------------------------------

void worker_state::set_timer(timer t, milliseconds delay, uint64_t subject) {
  self->delayed_send(self, delay, atom::check_v, subject << 8 | static_cast<uint64_t>(t));
}

void worker_state::on_timer(uint64_t number) {
  auto subject = number >> 8;
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::boot:
      if (phase == worker_phase::starting)
        fail_start({code::boot_timeout,
                    full_name
                        + (process && !process->connected()
                               ? (find_wire(pool->config.protocol)->child_listens
                                      ? " did not open its socket (TROUPE_SOCKET) within "
                                      : " did not connect to its socket (TROUPE_SOCKET)"
                                        " within ")
                               : " was not ready within ")
                        + std::to_string(pool->config.boot_timeout.count()) + " ms",
                    {}});
      break;
    case timer::terminate:
      if (process) {
        process->signal(SIGTERM);
        set_timer(timer::kill, pool->config.stop_timeout);
      }
      break;
    case timer::kill:
      if (process)
        process->signal(SIGKILL);
      break;
    case timer::age:
      ask_to_be_recycled("age");
      break;
    case timer::idle:
      check_idle();
      break;
    case timer::spare:
      // One set for another time than it is now is not asked any more.
      if (static_cast<int64_t>(subject) == upkeep.spare.count())
        check_spare();
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
      for (auto s : slots.by_age())
        if (s->ticket == subject && s->state == call_slot::use::abandoned) {
          condemn();
          break;
        }
      break;
  }
}

} // namespace troupe
