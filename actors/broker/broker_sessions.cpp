#include "actors/broker/broker.hpp"

#include <utility>

/// Sessions that paused in a worker: it is kept for them, and runs their next steps.
namespace troupe::broker {

caf::result<outcome> broker_state::resume_session(call c) {
  ++counters.calls;
  count_arrival(c);
  note_activity();
  auto promise = self->make_response_promise<outcome>();
  pending_call next{std::move(c), nullptr, {}, promise, {}, 0};
  begin_spans(next);
  auto session = next.what.session;
  auto h = held.find(session.view());
  if (!h || h->lost) {
    settle(next, failure(h ? *h->lost : session_worker_gone()));
    held.remove(session.view());
  } else if (auto valid = admission.validate_step(next.what, pool->config); !valid) {
    settle(next, failure(std::move(valid).error()));
  } else if (h->worker.incarnation == 0) {
    h->next = std::move(next);
  } else {
    h->stop_watching();
    auto to = h->worker;
    held.remove(session.view());
    start(std::make_unique<pending_call>(std::move(next)), to, job_start::resumed,
          self->clock().now());
    note_load();
  }
  return promise;
}

void broker_state::hold(size_t i) {
  auto session = running[i].call.what.session.str();
  auto& h = held.hold(session, running.remove(i));
  if (!workers.find(h.worker)) // it asked with its last breath
    h.lost = session_worker_gone();
  note_load();
  check_drained();
}

caf::result<atom::watch_session>
broker_state::record_session(const std::string& session) {
  auto h = held.find(session);
  if (!h)
    return to_error(session_worker_gone());
  if (h->lost) {
    auto why = std::move(*h->lost);
    held.remove(session);
    return to_error(why);
  }
  h->watcher = self->make_response_promise<atom::watch_session>();
  return *h->watcher;
}

void broker_state::forget_session(const std::string& session) {
  const fault ended{code::cancelled, "the session was ended"};
  open.for_each_step(session, [&](const open_call_index::where& w) {
    if (std::holds_alternative<call_queue::place>(w))
      take_back(w, ended, false);
  });
  // The end of a session also ends its running call, which may not finish.
  while (auto w = open.find_session(session))
    take_back(open_call_index::where{*w}, ended, false);
  auto h = held.find(session);
  if (!h)
    return;
  h->stop_watching();
  if (auto step = std::exchange(h->next, std::nullopt))
    settle(*step, failure(ended));
  auto worker = h->worker;
  held.remove(session);
  ask_to_end(worker, session);
}

void broker_state::ask_to_end(worker_set::ref worker, const std::string& session) {
  auto e = workers.find(worker);
  if (!e)
    return;
  held.begin_end(worker);
  auto freed = [this, worker] {
    held.finish_end(worker);
    free_slot(worker);
    dispatch_waiting();
  };
  self->request(e->worker, caf::infinite, atom::end_session_v, session)
      .then([freed](atom::released) { freed(); }, [freed](caf::error&) { freed(); });
}

void broker_state::adopt_sessions(worker_set::ref worker,
                                  const std::vector<std::string>& sessions) {
  for (auto& session : sessions) {
    workers.acquire(worker);
    auto h = held.find(session);
    if (!h) { // it was ended meanwhile
      ask_to_end(worker, session);
      continue;
    }
    h->worker = worker;
    auto next = std::exchange(h->next, std::nullopt);
    if (!next)
      continue;
    h->stop_watching();
    held.remove(session);
    start(std::make_unique<pending_call>(*std::move(next)), worker, job_start::resumed,
          self->clock().now());
  }
}

held_sessions::step_end broker_state::step_settler() {
  return [this](pending_call& step, const fault& why) { settle(step, failure(why)); };
}

void broker_state::lose_sessions(worker_set::ref worker, const fault& why) {
  auto told = why;
  if (why.what != code::worker_died)
    told = {code::worker_died,
            session_worker_gone().message
                + (why.message.empty() ? "" : ": " + why.message),
            why.details};
  held.lose(worker, told, step_settler());
}

void broker_state::lose_sessions(const std::vector<std::string>& sessions,
                                 const fault& why) {
  for (auto& session : sessions)
    held.lose(session, why, step_settler());
}

} // namespace troupe::broker
