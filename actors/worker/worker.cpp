#include "actors/worker/worker.hpp"

#include "actors/interfaces/child_mail.hpp"
#include "actors/interfaces/log_level.hpp"
#include "actors/worker/spawn_spec.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/slow_limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

#include <unistd.h>

namespace troupe::worker {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// Output in the log is cut: it may be megabytes of anything.
std::string_view excerpt(std::string_view text) {
  return text.substr(0, limits::log_excerpt);
}

} // namespace

worker_state::worker_state(caf::local_actor*) {}

worker_state::~worker_state() = default;

// -- the child -------------------------------------------------------------------

void worker_state::launch() {
  auto spec = make_spawn_spec(*pool, reports.who().index, reports.who().incarnation);
  auto mail = std::make_shared<child_mail>(worker_actor{self});
  start.mailbox = mail;
  if (start.adopted)
    starter->adopt(start.adopted->process, std::move(spec), std::move(mail));
  else
    starter->launch(std::move(spec), std::move(mail));
  if (pool->config.boots_at_once()) // else it begins when there is a process
    set_timer(timer::boot, pool->config.boot_timeout);
}

void worker_state::on_launched(os::launch_result& r) {
  if (!r) {
    if (start.adopted) // nobody else will
      starter->end(start.adopted->process);
    r.error() = with_diagnostics(std::move(r).error());
  }
  if (!take_child(r))
    return;
  info.pid = pid;
  if (!pool->config.boots_at_once())
    set_timer(timer::boot, pool->config.boot_timeout);
  if (process->connected())
    on_connected();
}

void worker_state::on_connected() {
  if (!process || ending.has_begun() || !start.open())
    return;
  if (pool->config.ready == config::ready_mode::spawn) {
    wires::frame::ready ready;
    ready.can = wire->understood();
    on_ready(ready);
    return;
  }
  wire->send_handshake(process->outbox(),
                       {pool->node.name, pool->config.name, full_name,
                        pool->config.window, ::getpid(), pool->node.session.version,
                        pool->node.session.compatible});
  process->commit();
}

void worker_state::on_end_of_output() {
  if (ending.has_begun())
    return; // it is ending, in the time it was given
  // Most often it is dying, but not dead yet: interpreters close their sockets long
  // before they exit. How it ends says more, so this is no cause of a stop, and the
  // signal is for one that lives on.
  if (phase != worker_phase::starting)
    step(worker_event::stopped);
  set_timer(worker_base::timer::kill, limits::hang_up_grace);
}

void worker_state::on_frame(wires::wire_frame& f) {
  said.charge(cost_of(f));
  if (auto a = std::get_if<wires::frame::answer>(&f)) {
    settle(*a);
  } else if (auto r = std::get_if<wires::frame::ready>(&f)) {
    on_ready(*r);
  } else if (auto refused = std::get_if<wires::frame::refused>(&f)) {
    if (phase != worker_phase::starting)
      return said.charge(10);
    kill(end_reason::protocol_error, std::move(refused->why));
  } else if (auto s = std::get_if<wires::frame::stray>(&f)) {
    on_stray(excerpt(s->text.view()));
  } else if (auto c = std::get_if<wires::frame::chunk>(&f)) {
    forward(*c);
  } else if (std::holds_alternative<wires::frame::unknown>(f)) {
    count_late();
  } else if (std::holds_alternative<wires::frame::pong>(f)) {
    pings.note_answer();
  } else if (auto n = std::get_if<wires::frame::nested_call>(&f)) {
    call_out(*n);
  } else if (auto bad = std::get_if<wires::frame::bad_nested_call>(&f)) {
    reply(bad->request_id, failure(std::move(bad->why)));
  } else if (auto done = std::get_if<wires::frame::nested_cancel>(&f)) {
    cancel_out(*done);
  } else if (auto read = std::get_if<wires::frame::cancelled>(&f)) {
    free_cancelled(*read);
  } else if (auto owed = std::get_if<wires::frame::reply>(&f)) {
    process->outbox() += owed->bytes;
    commit_answer();
  } else if (auto back = std::get_if<wires::frame::retire>(&f)) {
    hand_back(*back);
  } else if (auto b = std::get_if<wires::frame::broken>(&f)) {
    protocol_error(full_name + ": " + b->why);
    if (phase == worker_phase::starting)
      kill(end_reason::frame, {code::handshake_failed, b->why});
    else
      kill(end_reason::frame, {code::protocol_error, b->why});
  } else if (auto e = std::get_if<wires::frame::event>(&f)) {
    publish_event(e->payload);
  } else if (auto m = std::get_if<wires::frame::metric>(&f)) {
    collect_metric(m->payload);
  } else if (auto l = std::get_if<wires::frame::log_line>(&f)) {
    auto text = std::string_view{l->text}.substr(0, limits::stderr_line_bytes);
    if (may_log(text))
      write_log(*pool->log, to_spdlog(l->severity), about("worker_log"), "{}: {}",
                full_name, text);
  }
}

void worker_state::on_ready(wires::frame::ready& r) {
  if (phase != worker_phase::starting)
    return said.charge(10);
  auto window = pool->config.window;
  info.window = r.window == 0 ? window : std::min(window, r.window);
  info.can = r.can;
  info.name = std::move(r.name);
  info.version = std::move(r.version);
  slots.resize(info.window, start.adopted ? std::random_device{}() : 0);
  if (auto held = hold_sessions(r); !held)
    return kill(end_reason::protocol_error, std::move(held).error());
  step(worker_event::handshake_sent);
  if (slots.used() > 0)
    step(worker_event::call_started);
  write_log(*pool->log, spdlog::level::info, about("worker_ready"),
            "{}: ready (pid {}, window {})", full_name, pid, info.window);
  publish("worker_ready", {{"pid", pid}});
  reports.ready(info);
  // The handshake is longer than most calls, and those may be far away.
  said.release_soon();
  process->outbox().shrink_to_fit();
  begin_upkeep();
}

void worker_state::on_stray(std::string_view text) {
  ++counters.stray;
  count_dropped(metrics::dropped_kind::stray_output);
  auto ends_call = info.window == 1 && slots.running() > 0;
  auto error = ends_call ? to_string(code::protocol_error) : std::string{};
  if (may_log(text)) {
    auto fields = about("worker_stray_output");
    fields.code = error;
    write_log(*pool->log, spdlog::level::warn, fields, "{}: stray output: {}", full_name,
              text);
  }
  if (ends_call)
    protocol_error(full_name + " wrote output that is no frame: " + std::string{text});
}

// -- reporting -------------------------------------------------------------------

worker_status worker_state::status() const {
  auto s = worker_base::status();
  s.window = info.window;
  s.in_flight = static_cast<uint32_t>(slots.running());
  s.dropped_events = losses.total().events;
  s.dropped_log_lines = losses.total().log_lines;
  s.slowed_ms = static_cast<uint64_t>(reading.slowed().count());
  s.abandoned = static_cast<uint32_t>(slots.abandoned());
  if (auto oldest = slots.oldest_active()) {
    s.current_kind = json_text::unescape(oldest->kind.view());
    s.current_age_ms = duration_cast<milliseconds>(now() - oldest->started).count();
    s.current_abandoned = oldest->state == call_slot::use::abandoned;
  }
  s.name = info.name;
  s.version = info.version;
  return s;
}

log_span worker_state::lines_since(const log_question& asked) const {
  auto there = logged.count();
  auto s = asked.since ? nullptr : slots.look_for(asked.ticket);
  auto since = asked.since ? uint64_t{*asked.since} : s ? s->lines_before : there;
  auto lines = std::min<uint64_t>(there - std::min(since, there), limits::slow_lines);
  return {pid, quantity{since}, logged.last(static_cast<size_t>(lines))};
}

fault worker_state::with_diagnostics(fault f) const {
  f = worker_base::with_diagnostics(std::move(f));
  auto& worker = *f.details.worker;
  worker.stderr_lines = logged.last(limits::stderr_tail);
  if (auto only = only_call()) {
    worker.request_id = json_text::unescape(only->request_id.view());
    worker.trace_id = trace_id_of(only->trace);
  }
  return f;
}

const call_slot* worker_state::only_call() const {
  return info.window == 1 ? slots.oldest_active() : nullptr;
}

worker_actor::behavior_type worker_behavior(worker_self* self, pool_context_ptr pool,
                                            worker_identity who,
                                            supervisor_actor supervisor,
                                            os::launcher_ptr starter,
                                            std::optional<detached_worker> left) {
  auto& st = self->state;
  st.self = self;
  st.identify(std::move(pool), who, std::move(supervisor), std::move(starter));
  st.start.adopted = std::move(left);
  st.wire = st.pool->known.wires->find(st.pool->config.protocol)->make(st.pool->config);
  st.launch();
  self->set_exit_handler([self](const caf::exit_msg&) {
    // The child goes first, then the actor.
    if (!self->state.leave_behind())
      self->state.end_with_node();
  });
  return {
      [self](job& j) { return self->state.run(j); },
      [self](atom::cancel, ticket_id ticket, caf::timespan remaining) {
        return self->state.cancel(ticket,
                                  std::chrono::duration_cast<milliseconds>(remaining));
      },
      [self](atom::end_session, const std::string& session) {
        return self->state.end_session(session);
      },
      [self](atom::leave) { self->state.leave(); },
      [self](atom::stop, end_reason why) { self->state.stop(why); },
      [self](atom::status) { return self->state.status(); },
      [self](atom::spawned, os::launch_result& r) { self->state.on_launched(r); },
      [self](atom::connected) { self->state.on_connected(); },
      [self](atom::output, const shared_bytes& bytes) {
        self->state.on_output(0, bytes);
      },
      [self](atom::output, uint8_t channel, const shared_bytes& bytes) {
        self->state.on_output(channel, bytes);
      },
      [self](atom::log, const shared_bytes& bytes) { self->state.on_log(bytes); },
      [self](atom::tail) { return self->state.logged.last(limits::stderr_lines); },
      [self](atom::written) { self->state.update_reading(); },
      [self](nested_outcome& o) { self->state.on_outcome(o); },
      [self](atom::report_idle, caf::timespan after) {
        self->state.set_idle_notice(std::chrono::duration_cast<milliseconds>(after));
      },
      [self](atom::exited, const os::exit_status& status) {
        self->state.on_exited(status);
      },
      [self](internal::read_on) { self->state.update_reading(); },
      [self](internal::timer, timer_id number) { self->state.on_timer(number); },
      [self](const log_question& asked) { return self->state.lines_since(asked); },
  };
}

} // namespace troupe::worker
