#include "actors/interfaces/crash_record.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/terminal/terminal.hpp"
#include "protocol/base/address.hpp"

#include <caf/send.hpp>

#include <csignal>

namespace troupe::terminal {

/// As when somebody closes a terminal's window: SIGHUP, then SIGTERM, then SIGKILL.
void terminal_state::ask_to_end(end_reason, std::chrono::milliseconds) {
  process->signal(SIGHUP);
  process->signal(SIGCONT);
}

void terminal_state::fail_calls(const fault& why) {
  for (auto& [ticket, promise] : std::exchange(open, {}))
    promise.deliver(to_error(why));
}

void terminal_state::on_exited(const os::exit_status& status) {
  auto expected = ending.has_begun();
  step(worker::worker_event::ended);
  drop_child();
  if (auto rest = output.rest())
    print(std::move(*rest));
  fail_messages("agent_exited");
  auto ours = expected && std::holds_alternative<os::signalled>(status);
  auto death = with_diagnostics(
      {code::worker_died,
       full_name + " " + to_string(status) + (ours ? ", as the node wanted" : ""),
       {.end = report_end(status)}});
  publish_exit(status);
  auto why = reason_for(status);
  if (!expected && (why == end_reason::crash || why == end_reason::signal))
    note_crash(status);
  fail_calls(death);
  if (pool->config.is_for_one_program() && !expected)
    ask_to_be_removed();
  self->send_exit(screen, caf::exit_reason::user_shutdown);
  leave_with(std::move(death));
}

void terminal_state::publish_exit(const os::exit_status& status) const {
  auto code = std::get_if<os::exited>(&status);
  auto signal = std::get_if<os::signalled>(&status);
  publish("agent_exited",
          {{"code", code ? event_value{code->code} : nullptr},
           {"signal", signal ? event_value{std::to_string(signal->signal)} : nullptr},
           {"reason", ending.has_begun() ? "released" : to_string(status)}});
}

void terminal_state::note_crash(const os::exit_status& status) const {
  if (!pool->records.crashes)
    return;
  using namespace std::chrono;
  crash_record::crash c;
  c.name = shown_name;
  if (auto code = std::get_if<os::exited>(&status))
    c.exit_code = code->code;
  if (auto signal = std::get_if<os::signalled>(&status))
    c.signal = signal->signal;
  c.time = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  c.uptime_secs = duration_cast<seconds>(now() - activity.launched()).count();
  pool->records.crashes->add(std::move(c));
}

void terminal_state::ask_to_be_removed() const {
  auto table = pool->directory->get();
  auto node = table->find(node_target);
  if (node == table->end())
    return;
  call remove;
  remove.kind = shared_bytes::literal("remove");
  remove.payload =
      shared_bytes{json_object_writer{}.add("name", pool->config.name).object()};
  remove.taken = steady_clock::now();
  submissions one;
  one.push_back({std::move(remove), nullptr, {}});
  caf::anon_send(node->second.callee, std::move(one));
}

} // namespace troupe::terminal
