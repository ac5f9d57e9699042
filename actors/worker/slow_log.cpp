#include "actors/worker/slow_log.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/request_with_timeout.hpp"
#include "actors/worker/spawn_spec.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/slow_limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::worker {

namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// How long a worker may take to say what it has written: it may be busy with a flood.
constexpr auto patience = 1s;

void write(const slow_record& r, const std::string& text) {
  auto& pool = *r.call.pool;
  auto kind = json_text::unescape(r.call.kind.view());
  auto outcome = r.end ? to_string(r.end->how) : std::string{};
  auto request_id = json_text::unescape(r.call.request_id.view());
  log_fields about{.event = "call_slow",
                   .pool = pool.config.name,
                   .worker = r.call.worker_name,
                   .kind = kind,
                   .waited_ms = r.waited().count(),
                   .run_ms = r.run.count()};
  about.request_id = request_id;
  about.trace_id = trace_id_of(r.call.trace);
  if (r.pid > 0)
    about.pid = r.pid;
  if (r.end && r.end->how != code::none)
    about.code = outcome;
  write_log(*pool.log, spdlog::level::warn, about, "{}", text);
}

/// Returns the result of a command that is not run.
command_result not_run(std::string why) {
  return {{}, false, "was not run: " + std::move(why)};
}

} // namespace

slow_log_state::slow_log_state(caf::local_actor*) {}

void slow_log_state::begin(slow_call& c) {
  auto r = std::make_shared<slow_record>();
  auto now = self->clock().now();
  r->time = std::chrono::system_clock::now();
  r->run = duration_cast<milliseconds>(now - c.started);
  r->left = std::max(duration_cast<milliseconds>(c.deadline - now), 0ms);
  r->call = std::move(c);
  records.push_back(r);
  if (records.size() > limits::slow_records)
    records.pop_front();
  open.insert_or_assign({r->call.pool->config.name, r->call.ticket}, r);
  request_with_timeout<log_span>(
      self, r->call.worker, patience, log_question{r->call.ticket},
      [this, r](log_span& said) {
        r->pid = said.pid;
        r->lines_before = said.since;
        r->lines = std::move(said.lines);
        report(r);
      },
      [this, r](caf::error&) { report(r); });
}

void slow_log_state::report(const record_ptr& r) {
  r->reported = true;
  write(*r, begin_line(*r));
  self->send(r->call.pool->events, atom::publish_v, to_event(*r));
  auto& slow = r->call.pool->config.slow;
  if (slow.command.empty())
    return close(r);
  if (!runner) {
    r->told = not_run("this node starts no processes");
  } else if (slow.names_process() && r->pid <= 0) {
    r->told = not_run("the process of the worker is not known");
  } else if (waiting.size() >= limits::slow_commands) {
    r->told = not_run("too many others wait");
  } else {
    r->step = command_step::waiting;
    waiting.push_back(r);
    run_next();
  }
  close(r);
}

void slow_log_state::run_next() {
  if (runs_command || waiting.empty())
    return;
  auto r = std::move(waiting.front());
  waiting.pop_front();
  r->step = command_step::running;
  runs_command = true;
  auto go_on = [this, r] {
    r->step = command_step::done;
    runs_command = false;
    close(r);
    run_next();
  };
  self->request(runner, caf::infinite,
                make_slow_command(*r->call.pool, r->call.worker_name, r->pid))
      .then(
          [r, go_on](command_result& told) {
            r->told = std::move(told);
            go_on();
          },
          [r, go_on](caf::error& e) {
            r->told = not_run(to_fault(e).message);
            go_on();
          });
}

void slow_log_state::end(slow_call_end& e) {
  auto i = open.find({e.pool, e.ticket});
  if (i == open.end())
    return;
  auto r = std::move(i->second);
  open.erase(i);
  r->run = duration_cast<milliseconds>(self->clock().now() - r->call.started);
  r->end = std::move(e);
  if (r->step == command_step::waiting) { // its process does something else by now
    std::erase(waiting, r);
    r->step = command_step::done;
    r->told = not_run("the call had ended");
  }
  close(r);
}

void slow_log_state::close(const record_ptr& r) {
  if (!r->end || !r->reported || r->closed || r->step == command_step::running)
    return;
  r->closed = true;
  auto worker = std::exchange(r->call.worker, nullptr);
  if (!r->end->last_lines.empty())
    r->lines = r->end->last_lines;
  if (!r->lines_before || !r->end->last_lines.empty())
    return write_end(r);
  request_with_timeout<log_span>(
      self, worker, patience, log_question{r->call.ticket, r->lines_before},
      [r](log_span& said) {
        r->lines = std::move(said.lines);
        write_end(r);
      },
      [r](caf::error&) { write_end(r); });
}

void slow_log_state::write_end(const record_ptr& r) {
  write(*r, end_line(*r));
}

shared_bytes slow_log_state::list() const {
  json_array_writer all;
  for (auto r = records.rbegin(); r != records.rend(); ++r)
    all.add_json(to_json(**r));
  return shared_bytes{all.array()};
}

slow_log_actor::behavior_type slow_log_behavior(slow_log_self* self,
                                                command_runner_actor runner) {
  self->state.self = self;
  self->state.runner = std::move(runner);
  self->set_exit_handler([self](const caf::exit_msg& m) {
    if (self->state.runner)
      self->send_exit(self->state.runner, m.reason);
    self->quit(m.reason);
  });
  return {
      [self](slow_call& c) { self->state.begin(c); },
      [self](slow_call_end& e) { self->state.end(e); },
      [self](atom::status) { return self->state.list(); },
  };
}

} // namespace troupe::worker
