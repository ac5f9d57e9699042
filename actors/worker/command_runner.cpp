#include "actors/worker/command_runner.hpp"

#include "actors/interfaces/child_mail.hpp"
#include "protocol/base/slow_limits.hpp"

#include <csignal>

namespace troupe::worker {

command_runner_state::command_runner_state(caf::local_actor*) {}

caf::result<command_result> command_runner_state::run(os::spawn_spec& spec) {
  if (asked)
    return to_error({code::busy, "another command runs"});
  asked = self->make_response_promise<command_result>();
  result = {};
  killed = false;
  ++number;
  starter->launch(std::move(spec),
                  std::make_shared<child_mail>(command_runner_actor{self}));
  return *asked;
}

void command_runner_state::on_launched(os::launch_result& r) {
  if (!r)
    return finish("could not be started: " + r.error().message);
  process = *std::move(r);
  process->close_input();
  self->delayed_send(self, limits::slow_command_time, internal::timer_v,
                     timer_id{number});
}

void command_runner_state::on_output(const shared_bytes& bytes) {
  if (!asked)
    return;
  auto room = limits::slow_command_output - result.output.size();
  result.cut = result.cut || bytes.size() > room;
  result.output += bytes.view().substr(0, room);
}

void command_runner_state::on_timer(uint64_t of) {
  if (of != number || !process)
    return;
  if (!std::exchange(killed, true)) {
    process->signal(SIGKILL);
    self->delayed_send(self, os::kill_grace, internal::timer_v, timer_id{number});
    return;
  }
  // No signal ends it.
  starter->give_up(*process);
  finish("did not end after SIGKILL");
}

void command_runner_state::finish(std::string end) {
  process = nullptr;
  if (!asked)
    return;
  result.end = std::move(end);
  std::exchange(asked, std::nullopt)->deliver(std::move(result));
}

command_runner_actor::behavior_type command_runner_behavior(command_runner_self* self,
                                                            os::launcher_ptr starter) {
  self->state.self = self;
  self->state.starter = std::move(starter);
  self->set_exit_handler([self](const caf::exit_msg& m) {
    if (auto& process = self->state.process)
      process->signal(SIGKILL);
    if (auto& asked = self->state.asked)
      std::exchange(asked, std::nullopt)->deliver(to_error({code::shutting_down}));
    self->quit(m.reason);
  });
  return {
      [self](atom::spawned, os::launch_result& r) { self->state.on_launched(r); },
      [](atom::connected) {},
      [self](atom::output, const shared_bytes& bytes) { self->state.on_output(bytes); },
      [](atom::output, uint8_t, const shared_bytes&) {},
      [self](atom::log, const shared_bytes& bytes) { self->state.on_output(bytes); },
      [](atom::written) {},
      [self](atom::exited, const os::exit_status& how) {
        auto end = to_string(how);
        if (self->state.killed)
          end = "was killed after " + std::to_string(limits::slow_command_time.count())
                + " s";
        self->state.finish(std::move(end));
      },
      [self](os::spawn_spec& spec) { return self->state.run(spec); },
      [self](internal::timer, timer_id number) { self->state.on_timer(number); },
  };
}

} // namespace troupe::worker
