#include "actors/terminal/screen_keeper.hpp"
#include "actors/terminal/terminal.hpp"

#include <caf/send.hpp>

namespace troupe::terminal {

using std::chrono::milliseconds;

terminal_actor::behavior_type
terminal_behavior(terminal_self* self, pool_context_ptr pool, worker::worker_identity who,
                  supervisor_actor supervisor, os::launcher_ptr starter) {
  auto& st = self->state;
  st.self = self;
  st.identify(std::move(pool), who, std::move(supervisor), std::move(starter));
  auto& request = st.pool->config.terminal.request;
  st.shown_name = !request.name.empty()                  ? request.name
                  : st.pool->config.is_for_one_program() ? st.pool->config.name
                                                         : st.full_name;
  st.reports.introduce("name", st.shown_name);
  st.agent = agent_profile{request};
  st.size = st.pool->config.terminal;
  st.output.flow = std::make_shared<stream_flow>(
      [me = terminal_actor{self}] { caf::anon_send(me, internal::read_on_v); });
  st.screen = self->spawn(screen_keeper_behavior, st.shown_name, st.size,
                          terminal_actor{self}, st.output.flow);
  st.launch();
  self->set_exit_handler([self](const caf::exit_msg&) { self->state.end_with_node(); });
  return {
      [self](job& j) { return self->state.run(j); },
      [self](atom::cancel, ticket_id ticket, caf::timespan) {
        return self->state.cancel(ticket);
      },
      // There are no sessions on a terminal.
      [](atom::end_session, const std::string&) { return atom::released_v; },
      [self](atom::leave) { self->state.stop(end_reason::shutdown); },
      [self](atom::stop, end_reason why) { self->state.stop(why); },
      [self](atom::status) { return self->state.status(); },
      [self](atom::spawned, os::launch_result& r) { self->state.on_launched(r); },
      [](atom::connected) {},
      [self](atom::output, const shared_bytes& bytes) { self->state.on_output(bytes); },
      [](atom::output, uint8_t, const shared_bytes&) {},
      [](atom::log, const shared_bytes&) {},
      [](atom::tail) { return std::vector<std::string>{}; },
      [self](atom::written) { self->state.on_written(); },
      [](nested_outcome&) {},
      [self](atom::report_idle, caf::timespan after) {
        self->state.set_idle_notice(std::chrono::duration_cast<milliseconds>(after));
      },
      [self](atom::exited, const os::exit_status& status) {
        self->state.on_exited(status);
      },
      [self](internal::read_on) { self->state.read_on(); },
      [self](internal::timer, timer_id number) { self->state.on_timer(number); },
      // What it writes to stderr is on its screen.
      [self](const log_question&) {
        return log_span{self->state.pid, {}, {}};
      },
      [self](atom::terminal_reply, const shared_bytes& replies) {
        self->state.type(replies.view());
      },
      [self](atom::paste_mode, bracketed_paste mode) {
        self->state.delivery.marks_pastes = mode == bracketed_paste::on;
      },
  };
}

} // namespace troupe::terminal
