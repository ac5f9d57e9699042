#include "actors/terminal/terminal.hpp"
#include "actors/worker/recycle_limits.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <csignal>

namespace troupe::terminal {

using std::chrono::milliseconds;

void terminal_state::begin_upkeep() {
  rules = worker::own_limits(pool->config.recycle);
  last_used = self->clock().now();
  if (rules.memory > 0)
    set_timer(timer::memory, limits::memory_check);
  if (rules.age.count() > 0)
    set_timer(timer::age, rules.age);
  if (rules.idle.count() > 0)
    set_timer(timer::idle, rules.idle);
}

bool terminal_state::is_in_use() const {
  return lease.is_held(self->clock().now()) || !inputs.empty() || !messages.all().empty();
}

milliseconds terminal_state::left_until_unused_for(milliseconds wanted) const {
  auto now = self->clock().now();
  auto since = is_in_use() ? now : std::max(last_used, last_output);
  return std::chrono::ceil<milliseconds>(since + wanted - now);
}

void terminal_state::set_idle_notice(milliseconds after) {
  if (std::exchange(idle_notice, after) != after && after.count() > 0)
    check_idle_notice();
}

void terminal_state::check_idle_notice() {
  if (phase == worker::worker_phase::stopping)
    return;
  auto left = left_until_unused_for(idle_notice);
  if (left.count() <= 0) {
    self->send(supervisor, atom::idle_v, who.incarnation);
    left = idle_notice; // it may be kept, and be one too many later
  }
  set_timer(timer::idle_notice, left, static_cast<uint64_t>(idle_notice.count()));
}

void terminal_state::check_idle() {
  auto left = left_until_unused_for(rules.idle);
  if (left.count() > 0)
    set_timer(timer::idle, left);
  else
    wear_out(end_reason::idle);
}

void terminal_state::check_memory() {
  self->request(pool->sampler, caf::infinite, atom::sample_v, int32_t{pid})
      .then(
          [this](uint64_t bytes) {
            if (bytes >= rules.memory)
              wear_out(end_reason::memory);
            else
              set_timer(timer::memory, limits::memory_check);
          },
          [](caf::error&) {}); // the node ends
}

void terminal_state::wear_out(end_reason reason) {
  if (due_for_recycle)
    return; // one reason is enough
  due_for_recycle = reason;
  ask_to_be_recycled();
}

/// A program must not be taken from under somebody's hands: nothing asks for that now.
void terminal_state::ask_to_be_recycled() {
  if (phase == worker::worker_phase::stopping || asked)
    return;
  if (is_in_use())
    return set_timer(timer::unused, limits::memory_check);
  asked = true;
  pool->log->info("{}: to be recycled ({})", full_name, word_for(*due_for_recycle));
  publish("worker_recycling",
          json_object_writer{}.add("reason", word_for(*due_for_recycle)));
  self->send(supervisor, atom::recycle_v, who.incarnation, *due_for_recycle);
}

// -- a program that does not end ---------------------------------------------------

void terminal_state::end_by_force() {
  process->signal(SIGKILL);
  set_timer(timer::give_up, os::kill_grace);
}

/// Whoever waits for the terminal, its pool, or the node to end waits no longer.
void terminal_state::give_up() {
  fault why{code::worker_died,
            full_name + " does not end after SIGKILL",
            {.worker = worker_facts{full_name, pid}}};
  pool->log->error("{} (pid {}); going on without it", why.message, pid);
  for (auto& [ticket, promise] : std::exchange(open, {}))
    promise.deliver(to_error(why));
  if (!stop_cause)
    stop_cause = std::move(why);
  starter->give_up(*process);
  on_exit(os::unseen{});
}

} // namespace troupe::terminal
