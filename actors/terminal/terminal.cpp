#include "actors/terminal/terminal.hpp"

#include "actors/interfaces/child_mail.hpp"
#include "actors/interfaces/crash_record.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/terminal/screen_keeper.hpp"
#include "actors/worker/spawn_spec.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utf8.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <csignal>

namespace troupe::terminal {

using std::chrono::milliseconds;

// -- the child -------------------------------------------------------------------

void terminal_state::launch() {
  starter->launch(worker::make_spawn_spec(*pool, who.index, who.incarnation),
                  std::make_shared<child_mail>(terminal_actor{self}));
}

void terminal_state::on_launched(os::launch_result& r) {
  if (auto why = std::get_if<fault>(&r)) {
    advance(phase, worker::worker_event::ended);
    self->quit(to_error(*why));
    return;
  }
  process = std::move(std::get<os::child_ptr>(r));
  pid = process->pid();
  if (stop_cause) { // stopped while it was being started
    end_by_force();
    return;
  }
  process->report_writes(true);
  publish("worker_started", json_object_writer{}.add("pid", pid));
  advance(phase, worker::worker_event::handshake_sent);
  pool->log->info("{}: ready (pid {})", full_name, pid);
  publish("worker_ready", json_object_writer{}.add("runtime", "pty").add("pid", pid));
  launched = self->clock().now();
  if (pool->crashes)
    pool->crashes->count_start(!pool->config.terminal.spawned
                               && who.incarnation > pool->config.size);
  begin_upkeep();
  if (pool->config.terminal.idle_after.count() > 0)
    check_silence();
  worker_info info;
  info.pid = pid;
  info.window = pool->config.window;
  info.can_cancel = true;
  self->send(supervisor, atom::ready_v, who.incarnation, info);
}

void terminal_state::on_output(const shared_bytes& bytes) {
  if (bytes.empty()) {
    if (!stop_cause && process) { // nobody has the terminal any more
      because = end_reason::disconnected;
      end_by_force();
    }
    return;
  }
  if (partial.empty() && complete_utf8(bytes.view()) == bytes.size())
    return print(bytes);
  auto all = partial + bytes.str();
  auto whole = complete_utf8(all);
  partial = all.substr(whole);
  all.resize(whole);
  if (whole > 0)
    print(shared_bytes{std::move(all)});
}

/// The screen and those who follow get the same pieces, so that the offset of a snapshot
/// is always the end of one.
void terminal_state::print(shared_bytes whole_characters) {
  auto now = self->clock().now();
  if (printed > 0 && now - last_output >= pool->config.terminal.settle)
    fresh = false;
  if (printed == 0 && !messages.all().empty())
    set_timer(timer::deliver, milliseconds{1}); // the first output was waited for
  printed += whole_characters.size();
  last_output = now;
  if (std::exchange(silence_told, false))
    check_silence();
  if (echo)
    watch_echo(whole_characters.view());
  flow->add(2 * whole_characters.size()); // each of the two takes its own away
  self->send(pool->events, atom::publish_v,
             stream_part{shown_name, whole_characters, printed, flow});
  self->send(screen, atom::output_v, std::move(whole_characters));
  // The program waits for those two, not the other way round.
  if (flow->is_full() && process && !std::exchange(reading_paused, true))
    process->read_output(false);
}

void terminal_state::on_written() {
  if (!process)
    return; // on_exit answers what is open
  if (reading_paused && !flow->is_full()) {
    reading_paused = false;
    process->read_output(true);
  }
  auto all_written = written();
  while (!inputs.empty()
         && (inputs.front().end <= all_written || process->lost_input() > 0)) {
    auto in = inputs.front();
    inputs.pop_front();
    if (in.end <= all_written)
      settle(in.ticket, outcome{shared_bytes{json_object_writer{}
                                                 .add("name", shown_name)
                                                 .add("bytes_written", in.end - in.begin)
                                                 .object()}});
    else
      settle(in.ticket, hung_up());
  }
}

uint64_t terminal_state::written() const {
  return typed - process->outbox().size() - process->lost_input();
}

fault terminal_state::hung_up() const {
  return {code::protocol_error,
          shown_name + " has closed its terminal: nothing reaches it"};
}

void terminal_state::on_exit(const os::exit_status& status) {
  auto expected = stop_cause.has_value();
  advance(phase, worker::worker_event::ended);
  process.reset();
  if (!partial.empty())
    print(shared_bytes{std::exchange(partial, {})});
  fail_messages("agent_exited");
  worker_end how{because.value_or(reason_for(status)), status};
  auto ours = expected && std::holds_alternative<os::signalled>(status);
  fault death{code::worker_died,
              full_name + " " + to_string(status) + (ours ? ", as the node wanted" : ""),
              {.end = how, .worker = worker_facts{full_name, pid}}};
  publish("worker_exited", json_object_writer{}
                               .add("pid", pid)
                               .append(to_json_members(how))
                               .add("expected", expected));
  auto code = std::get_if<os::exited>(&status);
  auto signal = std::get_if<os::signalled>(&status);
  json_object_writer news;
  if (code)
    news.add("code", code->code);
  else
    news.add("code", nullptr);
  if (signal)
    news.add("signal", std::to_string(signal->signal));
  else
    news.add("signal", nullptr);
  news.add("reason", expected ? "released" : to_string(status));
  publish("agent_exited", news);
  if (!expected && (signal || (code && code->code != 0)))
    note_crash(status);
  for (auto& [ticket, promise] : std::exchange(open, {}))
    promise.deliver(to_error(death));
  if (pool->config.terminal.spawned && !expected) {
    // It was for this program alone.
    auto table = pool->directory->get();
    if (auto node = table->find(node_target); node != table->end()) {
      call remove;
      remove.kind = shared_bytes::literal("remove");
      remove.payload =
          shared_bytes{json_object_writer{}.add("name", pool->config.name).object()};
      remove.taken = steady_clock::now();
      submissions one;
      one.push_back({std::move(remove), nullptr, 0});
      caf::anon_send(node->second, std::move(one));
    }
  }
  if (expected) {
    death.what = stop_cause->what;
    if (!stop_cause->message.empty())
      death.message = stop_cause->message;
  }
  self->send_exit(screen, caf::exit_reason::user_shutdown);
  self->send(supervisor, atom::record_v, who.incarnation,
             worker_counters{this->status()});
  self->quit(to_error(death));
}

void terminal_state::note_crash(const os::exit_status& status) const {
  if (!pool->crashes)
    return;
  using namespace std::chrono;
  crash_record::crash c;
  c.name = shown_name;
  if (auto code = std::get_if<os::exited>(&status))
    c.exit_code = code->code;
  if (auto signal = std::get_if<os::signalled>(&status))
    c.signal = signal->signal;
  c.time = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  c.uptime_secs = duration_cast<seconds>(self->clock().now() - launched).count();
  pool->crashes->add(std::move(c));
}

// -- ending ----------------------------------------------------------------------

/// As when somebody closes a terminal's window: SIGHUP, then SIGTERM, then SIGKILL.
void terminal_state::stop(end_reason why) {
  if (stop_cause)
    return;
  advance(phase, worker::worker_event::stopped);
  stop_cause = fault{};
  because = why;
  if (!process)
    return;
  process->signal(SIGHUP);
  process->signal(SIGCONT);
  set_timer(timer::terminate, pool->config.stop_timeout / 2);
}

void terminal_state::kill(end_reason reason, fault why) {
  if (!stop_cause) {
    stop_cause = std::move(why);
    because = reason;
  }
  advance(phase, worker::worker_event::stopped);
  if (process)
    end_by_force();
}

void terminal_state::set_timer(timer t, milliseconds delay, uint64_t subject) {
  self->delayed_send(self, delay, atom::check_v, subject << 8 | static_cast<uint64_t>(t));
}

void terminal_state::on_timer(uint64_t number) {
  if (!process)
    return;
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::deliver:
      deliver_set = false;
      deliver();
      break;
    case timer::silence:
      check_silence();
      break;
    case timer::terminate:
      process->signal(SIGTERM);
      set_timer(timer::kill, pool->config.stop_timeout);
      break;
    case timer::kill:
      end_by_force();
      break;
    case timer::give_up:
      give_up();
      break;
    case timer::age:
      wear_out(end_reason::age);
      break;
    case timer::idle:
      check_idle();
      break;
    case timer::memory:
      check_memory();
      break;
    case timer::unused:
      ask_to_be_recycled();
      break;
    case timer::idle_notice:
      // One set for another time than it is now is not asked any more.
      if (number >> 8 == static_cast<uint64_t>(idle_notice.count()))
        check_idle_notice();
      break;
  }
}

// -- reporting -------------------------------------------------------------------

void terminal_state::publish(std::string kind, const json_object_writer& more) const {
  json_object_writer all;
  all.add("worker", full_name).add("name", shown_name).append(more);
  self->send(pool->events, atom::publish_v,
             event{std::move(kind), all.members(), full_name});
}

worker_status terminal_state::status() const {
  worker_status s;
  s.pid = pid;
  s.state = to_string(phase);
  s.window = pool->config.window;
  s.in_flight = static_cast<uint32_t>(open.size());
  s.calls = calls;
  return s;
}

} // namespace troupe::terminal
