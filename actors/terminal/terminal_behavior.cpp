#include "actors/terminal/screen_keeper.hpp"
#include "actors/terminal/terminal.hpp"
#include "protocol/base/address.hpp"

#include <caf/send.hpp>

namespace troupe::terminal {

using std::chrono::milliseconds;

terminal_actor::behavior_type
terminal_behavior(terminal_self* self, pool_context_ptr pool, worker::worker_identity who,
                  supervisor_actor supervisor, os::launcher_ptr starter) {
  auto& st = self->state;
  st.self = self;
  st.pool = std::move(pool);
  st.who = who;
  st.full_name = worker_name(st.pool->config.name, who.index);
  auto& request = st.pool->config.terminal.request;
  st.shown_name = !request.name.empty()              ? request.name
                  : st.pool->config.terminal.spawned ? st.pool->config.name
                                                     : st.full_name;
  st.model = request.model;
  st.channels = request.channels;
  st.supervisor = std::move(supervisor);
  st.starter = std::move(starter);
  st.size = st.pool->config.terminal;
  st.flow =
      std::make_shared<stream_flow>([weak = caf::actor_cast<caf::actor_addr>(self)] {
        if (auto me = caf::actor_cast<caf::actor>(weak))
          caf::anon_send(me, atom::writable_v);
      });
  st.screen = self->spawn(screen_keeper_behavior, st.shown_name, st.size,
                          terminal_actor{self}, st.flow);
  st.launch();
  self->set_exit_handler([self](const caf::exit_msg&) {
    self->state.kill(end_reason::shutdown,
                     {code::shutting_down, "the node ended it"});
  });
  return {
      [self](job& j) { return self->state.run(j); },
      [self](atom::cancel, uint64_t ticket, int64_t) {
        return self->state.cancel(ticket);
      },
      // There are no sessions on a terminal.
      [](atom::cancel, const std::string&) { return atom::cancel_v; },
      [self](atom::leave) { self->state.stop(end_reason::shutdown); },
      [self](atom::stop, end_reason why) { self->state.stop(why); },
      [self](atom::status) { return self->state.status(); },
      [self](atom::spawned, os::launch_result& r) { self->state.on_launched(r); },
      [](atom::start) {},
      [self](atom::output, const shared_bytes& bytes) { self->state.on_output(bytes); },
      [](atom::output, uint8_t, const shared_bytes&) {},
      [](atom::tail, const shared_bytes&) {},
      [](atom::tail) { return std::vector<std::string>{}; },
      [self](atom::writable) { self->state.on_written(); },
      [](nested_outcome&) {},
      [self](atom::idle, int64_t after) {
        self->state.set_idle_notice(milliseconds{after});
      },
      [self](atom::exited, const os::exit_status& status) {
        self->state.on_exit(status);
      },
      [self](atom::check, uint64_t number) { self->state.on_timer(number); },
      [self](atom::next, const shared_bytes& replies) {
        self->state.type(replies.view());
      },
      [self](atom::update, bool marks) { self->state.marks_pastes = marks; },
  };
}

} // namespace troupe::terminal
