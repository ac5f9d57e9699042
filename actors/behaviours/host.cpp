#include "actors/behaviours/host.hpp"

#include "protocol/base/json_document.hpp"

#include <boost/json/value.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <exception>

namespace troupe::behaviours {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using worker::worker_event;
using worker::worker_phase;

namespace {

boost::json::object options_of(const config::behaviour& configured) {
  boost::json::error_code ec;
  auto options = parse_document(configured.options, ec);
  return options.is_object() ? std::move(options.get_object()) : boost::json::object{};
}

} // namespace

host_state::host_state(caf::local_actor*) {}

void host_state::launch(const behaviour_kind& kind) {
  may_operate = kind.place == behaviour_place::operation;
  auto& configured = pool->config.behaviour;
  behaviour_context context{pool->node.name, pool->config.name,      full_name,
                            configured.of,   options_of(configured), host_actor{self}};
  try {
    behaviour.emplace(kind.spawn({*self, kind.thread, std::move(context)}));
  } catch (...) {
    auto why = fault_of_throw(std::current_exception());
    step(worker_event::ended);
    return quit({code::spawn_failed, full_name + " failed to start: " + why.message});
  }
  count_start();
  publish("worker_started", {});
  self->monitor(behaviour->actor());
  // Every actor of CAF answers this once its function has returned.
  self->request(caf::actor_cast<caf::actor>(behaviour->actor()), caf::infinite,
                caf::sys_atom_v, caf::get_atom_v, std::string{"info"})
      .then([this](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                   const std::string&) { on_ready(); },
            [](const caf::error&) {}); // it has ended
  set_timer(timer::boot, pool->config.boot_timeout);
}

void host_state::on_ready() {
  if (!step(worker_event::handshake_sent))
    return;
  last_call = now();
  worker_info info;
  info.window = pool->config.window;
  info.name = pool->config.behaviour.name;
  if (behaviour->cancellable())
    info.can = {wires::capability::cancel};
  slots.resize(info.window);
  write_log(*pool->log, spdlog::level::info, about("worker_ready"),
            "{}: ready (behaviour {}, window {})", full_name, info.name, info.window);
  publish("worker_ready", {});
  reports.ready(info);
  begin_recycling();
}

std::optional<steady_clock::time_point> host_state::unused_since() const {
  return slots.used() > 0 ? std::nullopt : std::optional{last_call};
}

void host_state::on_timer(uint64_t number) {
  if (on_life_timer(number))
    return;
  switch (static_cast<timer>(number & 0xFF)) {
    case timer::boot:
      if (phase == worker_phase::starting)
        kill(end_reason::timeout,
             {code::boot_timeout, full_name + " was not ready within "
                                      + std::to_string(pool->config.boot_timeout.count())
                                      + " ms"});
      break;
    case timer::grace:
      if (slots.take_due(now()))
        force_stop();
      watch_abandoned();
      break;
    case timer::losses:
      report_losses();
      break;
    case timer::kill:
      end_by_force();
      break;
    case timer::give_up:
      give_up();
      break;
  }
}

host_actor::behavior_type host_behavior(host_self* self,
                                        std::shared_ptr<const behaviour_kind> kind,
                                        pool_context_ptr pool,
                                        worker::worker_identity who,
                                        supervisor_actor supervisor) {
  auto& st = self->state;
  st.self = self;
  st.identify(std::move(pool), who, std::move(supervisor));
  self->set_down_handler(
      [self](const caf::down_msg& m) { self->state.on_down(m.reason); });
  self->set_exit_handler([self](const caf::exit_msg&) {
    self->state.kill(end_reason::shutdown, {code::shutting_down, "the node ended it"});
  });
  st.launch(*kind);
  return {
      [self](job& j) { return self->state.run(j); },
      [self](atom::cancel, ticket_id ticket, caf::timespan left) {
        return self->state.cancel(ticket, duration_cast<milliseconds>(left));
      },
      // There are no sessions in a behaviour.
      [](atom::end_session, const std::string&) { return atom::released_v; },
      [self](atom::leave) { self->state.stop(end_reason::shutdown); },
      [self](atom::stop, end_reason why) { self->state.stop(why); },
      [self](atom::status) { return self->state.status(); },
      // There is no child.
      [](atom::spawned, os::launch_result&) {},
      [](atom::connected) {},
      [](atom::output, const shared_bytes&) {},
      [](atom::output, uint8_t, const shared_bytes&) {},
      [](atom::log, const shared_bytes&) {},
      [](atom::written) {},
      [](atom::exited, const os::exit_status&) {},
      [self](atom::tail) { return self->state.lines.last(limits::stderr_lines); },
      [self](nested_outcome& o) { self->state.on_pool_outcome(o); },
      [self](atom::report_idle, caf::timespan after) {
        self->state.set_idle_notice(duration_cast<milliseconds>(after));
      },
      [self](internal::read_on) { self->state.resume_chunks(); },
      [self](internal::timer, timer_id number) { self->state.on_timer(number); },
      // What it says goes into the node's log, and belongs to none of its calls.
      [](const log_question&) { return log_span{}; },
      [self](pool_call& c) { return self->state.call_pool(c); },
      [self](atom::cancel, tag_id name) { self->state.cancel_named(name); },
      [self](result_chunk& c) { return self->state.forward(c); },
      [self](const log_line& line) { self->state.log(line); },
      [self](atom::publish, const shared_bytes& payload) {
        self->state.publish_event(payload);
      },
  };
}

} // namespace troupe::behaviours
