#include "actors/worker.hpp"

namespace troupe {

caf::result<outcome> worker_state::resume(job& j) {
  auto s = slots.find_paused(j.session.view());
  if (!s || !process || verdict)
    return to_error(with_evidence({code::worker_died, full_name + " is ending", {}}));
  // Under a new generation: an answer to an earlier step belongs to nobody.
  slots.resume(*s, j.ticket);
  if (auto why = begin(*s, j)) {
    slots.pause(*s);
    return to_error(*why);
  }
  s->answer = self->make_response_promise<outcome>();
  return s->answer;
}

bool worker_state::tell_end(call_slot& s) {
  ++s.id.generation;
  return info.can_end && wire->send_end(process->outbox(), s.id, s.session.view());
}

caf::result<atom::cancel> worker_state::end_session(const std::string& session) {
  auto s = slots.find_paused(session);
  if (!s || !process)
    return atom::cancel_v;
  return abandon(*s, tell_end(*s));
}

} // namespace troupe
