#include "actors/terminal/terminal.hpp"

#include "actors/interfaces/child_mail.hpp"
#include "actors/interfaces/crash_record.hpp"
#include "actors/worker/spawn_spec.hpp"

#include <spdlog/spdlog.h>

namespace troupe::terminal {

using std::chrono::milliseconds;
using worker::worker_event;

terminal_state::terminal_state(caf::local_actor*) {}

terminal_state::~terminal_state() = default;

// -- the child -------------------------------------------------------------------

void terminal_state::launch() {
  starter->launch(
      worker::make_spawn_spec(*pool, reports.who().index, reports.who().incarnation),
      std::make_shared<child_mail>(terminal_actor{self}));
}

void terminal_state::on_launched(os::launch_result& r) {
  if (!take_child(r))
    return;
  process->report_writes(true);
  step(worker_event::handshake_sent);
  pool->log->info("{}: ready (pid {})", full_name, pid);
  publish("worker_ready", {{"runtime", "pty"}, {"pid", pid}});
  activity.launch(now());
  if (pool->records.crashes)
    pool->records.crashes->count_start(!pool->config.is_for_one_program()
                                       && reports.who().incarnation > pool->config.size);
  begin_recycling();
  if (pool->config.terminal.idle_after.count() > 0)
    check_silence();
  worker_info info;
  info.pid = pid;
  info.window = pool->config.window;
  info.can = {wires::capability::cancel};
  reports.ready(info);
}

void terminal_state::on_output(const shared_bytes& bytes) {
  if (bytes.empty()) {
    if (!ending.has_begun() && process) { // nobody has the terminal any more
      ending.note_hang_up();
      end_by_force();
    }
    return;
  }
  if (auto whole = output.add(bytes))
    print(std::move(*whole));
}

/// The screen and those who follow get the same pieces, so that the offset of a snapshot
/// is always the end of one.
void terminal_state::print(shared_bytes whole_characters) {
  if (activity.printed() == 0 && !delivery.messages.all().empty())
    set_timer(timer::deliver, milliseconds{1}); // the first output was waited for
  if (activity.print(whole_characters.size(), pool->config.terminal, now()))
    check_silence();
  if (delivery.watch(whole_characters.view()))
    set_timer(timer::deliver, milliseconds{1});
  output.flow->add(2 * whole_characters.size()); // each of the two takes its own away
  self->send(pool->events, atom::publish_v,
             stream_part{shown_name, whole_characters, byte_count{activity.printed()},
                         output.flow});
  self->send(screen, atom::output_v, std::move(whole_characters));
  // The program waits for those two, not the other way round.
  if (process && output.pauses())
    process->read_output(false);
}

void terminal_state::read_on() {
  if (process && output.resumes())
    process->read_output(true);
}

void terminal_state::on_written() {
  if (!process)
    return; // on_exited answers what is open
  auto all_written = written();
  while (auto in = inputs.take(all_written, process->lost_input() > 0)) {
    if (in->end <= all_written)
      settle(in->ticket,
             outcome{shared_bytes{json_object_writer{}
                                      .add("name", shown_name)
                                      .add("bytes_written", in->end - in->begin)
                                      .object()}});
    else
      settle(in->ticket, failure(hung_up()));
  }
}

uint64_t terminal_state::written() const {
  return inputs.written(process->outbox().size(), process->lost_input());
}

fault terminal_state::hung_up() const {
  return {code::protocol_error,
          shown_name + " has closed its terminal: nothing reaches it"};
}

void terminal_state::on_timer(uint64_t number) {
  if (!process || on_base_timer(number))
    return;
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::deliver:
      delivery.note_timer();
      deliver();
      break;
    case timer::silence:
      check_silence();
      break;
  }
}

worker_status terminal_state::status() const {
  auto s = worker_base::status();
  s.window = pool->config.window;
  s.in_flight = static_cast<uint32_t>(open.size());
  return s;
}

// -- use -------------------------------------------------------------------------

bool terminal_state::is_in_use() const {
  return lease.is_held(now()) || !inputs.empty() || !delivery.messages.all().empty();
}

std::optional<steady_clock::time_point> terminal_state::unused_since() const {
  return is_in_use() ? std::nullopt : std::optional{activity.last_used()};
}

} // namespace troupe::terminal
