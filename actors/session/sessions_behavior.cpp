#include "actors/session/sessions.hpp"

namespace troupe::session {

sessions_actor::behavior_type sessions_behavior(sessions_self* self,
                                                sessions_context context,
                                                std::vector<session_entry> left) {
  self->state.self = self;
  self->state.context = std::move(context);
  self->state.restore(std::move(left));
  self->set_exit_handler([self](const caf::exit_msg& m) {
    for (auto& [id, s] : self->state.all)
      s.step.settle(failure(fault{code::shutting_down}));
    self->state.save_unsaved();
    self->quit(m.reason);
  });
  return {
      [self](submissions& batch) {
        for (auto& s : batch)
          self->state.operate({std::move(s.what), std::move(s.sink), s.tag, {}, {}, 0});
      },
      [self](atom::cancel, const reply_sink_ptr& sink, tag_id tag) {
        for (auto& [id, s] : self->state.all)
          if (s.step.is_for(sink, tag))
            s.step.settle(failure(code::cancelled, "the session goes on"));
      },
      [self](atom::forget, const reply_sink_ptr& sink) {
        for (auto& [id, s] : self->state.all)
          if (s.step.is_for(sink))
            s.step.waiter.reset();
      },
      [](atom::writable, const reply_sink_ptr&) {},
      [self](call& c) -> caf::result<outcome> {
        auto promise = self->make_response_promise<outcome>();
        self->state.operate({std::move(c), nullptr, {}, promise, {}, 0});
        return promise;
      },
      [self](atom::drain) {
        self->state.end_paused();
        return atom::drain_v;
      },
      [self](internal::check_sessions) { self->state.check(); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::session
