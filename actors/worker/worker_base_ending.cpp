#include "actors/worker/worker_base.hpp"

#include <spdlog/spdlog.h>

#include <csignal>

namespace troupe::worker {

void worker_base::stop(end_reason why) {
  if (!ending.begin(why))
    return;
  step(worker_event::stopped);
  if (!process)
    return end_unstarted();
  auto soft = pool->config.stop_timeout / 2;
  ask_to_end(why, soft);
  set_timer(timer::terminate, soft);
}

void worker_base::kill(end_reason why, fault cause) {
  ending.insist(why, std::move(cause));
  step(worker_event::stopped);
  if (process)
    end_by_force();
  else
    end_unstarted();
}

void worker_base::end_with_node() {
  kill(end_reason::shutdown, {code::shutting_down, "the node ended it"});
}

void worker_base::end_by_force() {
  send_signal(SIGKILL);
  set_timer(timer::give_up, os::kill_grace);
}

/// Nothing waits any longer for a child that SIGKILL does not end: not its calls, its
/// pool or the node.
void worker_base::give_up() {
  auto why =
      with_diagnostics({code::worker_died, full_name + " does not end after SIGKILL"});
  write_log(*pool->log, spdlog::level::err, about("worker_given_up"),
            "{} (pid {}); going on without it", why.message, pid);
  fail_calls(why);
  ending.give_up(std::move(why));
  starter->give_up(*process);
  on_exited(os::unseen{});
}

void worker_base::send_signal(int number) {
  ending.note_signal(number);
  process->signal(number);
}

worker_end worker_base::report_end(const os::exit_status& status) const {
  auto how = ending.end_with(status);
  publish("worker_exited", {{"pid", pid}, spread(how), {"expected", ending.has_begun()}});
  return how;
}

bool worker_base::on_base_timer(uint64_t number) {
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::terminate:
      if (process) {
        send_signal(SIGTERM);
        set_timer(timer::kill, pool->config.stop_timeout);
      }
      return true;
    case timer::kill:
      if (process) {
        if (!ending.has_begun())
          ending.note_hang_up();
        end_by_force();
      }
      return true;
    case timer::give_up:
      if (process)
        give_up();
      return true;
    case timer::count_:
      break;
  }
  return on_life_timer(number);
}

} // namespace troupe::worker
