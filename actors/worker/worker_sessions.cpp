#include "actors/worker/worker.hpp"

#include <spdlog/spdlog.h>

namespace troupe::worker {

result<> worker_state::hold_sessions(const wires::frame::ready& r) {
  static const std::vector<std::string> none;
  auto& wanted = start.adopted ? start.adopted->sessions : none;
  if (r.has_session == true && wanted.empty())
    return failure(code::handshake_failed,
                   full_name + " has a session in it that nobody knows");
  if (r.has_session == false)
    return {};
  for (auto& session : wanted)
    if (slots.hold(shared_bytes{session}))
      info.sessions.push_back(session);
  return {};
}

void worker_state::leave() {
  if (!leave_behind())
    stop(end_reason::shutdown);
}

bool worker_state::leave_behind() {
  if (!process || !process->detached_as() || slots.paused() == 0 || ending.has_begun()
      || ended)
    return false;
  write_log(*pool->log, spdlog::level::info, about("worker_detached"),
            "{}: left running with {} paused sessions (pid {})", full_name,
            slots.paused(), pid);
  fault why{code::shutting_down};
  fail_calls(why);
  forget_calls();
  process->leave();
  process.reset();
  quit(why);
  return true;
}

caf::result<outcome> worker_state::resume(job& j) {
  auto s = slots.find_paused(j.session.view());
  if (!s || !process || ending.has_begun())
    return to_error(with_diagnostics({code::worker_died, full_name + " is ending"}));
  // Under a new generation: an answer to an earlier step belongs to nobody.
  slots.resume(*s, j.ticket);
  if (auto begun = begin(*s, j); !begun) {
    slots.pause(*s);
    return to_error(begun.error());
  }
  s->answer = self->make_response_promise<outcome>();
  return s->answer;
}

bool worker_state::tell_end(call_slot& s) {
  ++s.id.generation;
  return info.can.has(wires::capability::end_session)
         && wire->send_end(process->outbox(), s.id, s.session.view());
}

caf::result<atom::released> worker_state::end_session(const std::string& session) {
  auto s = slots.find_paused(session);
  if (!s || !process)
    return atom::released_v;
  auto told = tell_end(*s);
  if (told)
    process->commit();
  if (!told && slots.running() + slots.paused() == 1)
    ending.insist(end_reason::cancelled,
                  {code::cancelled, full_name + " ended with the session in it"});
  return abandon(*s, least_grace(told));
}

} // namespace troupe::worker
