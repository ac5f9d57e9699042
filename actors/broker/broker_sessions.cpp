#include "actors/broker/broker.hpp"

#include <utility>

namespace troupe::broker {

namespace {

fault gone() {
  return {code::worker_died, "the worker of the session is gone"};
}

} // namespace

caf::result<outcome> broker_state::resume_session(call c) {
  ++counters.calls;
  auto promise = self->make_response_promise<outcome>();
  pending_call next{std::move(c), nullptr, 0, promise, {}, 0};
  auto h = held.find(next.what.session.view());
  // A pool that is drained by an operator still ends what it began.
  auto too_long = next.what.payload.size() > pool->config.max_frame;
  if (h == held.end() || h->second.lost) {
    settle(next, h == held.end() ? gone() : *h->second.lost);
    if (h != held.end())
      held.erase(h);
  } else if (draining) {
    settle(next, fault{code::shutting_down});
  } else if (too_long) {
    settle(next,
           fault{code::bad_request, "what the worker is to be told has "
                                        + std::to_string(next.what.payload.size())
                                        + " bytes, pool " + pool->config.name + " takes "
                                        + std::to_string(pool->config.max_frame)});
  } else if (h->second.worker.incarnation == 0) {
    h->second.next = std::move(next);
  } else {
    stop_watching(h->second);
    auto to = h->second.worker;
    held.erase(h);
    start(std::move(next), to, true);
  }
  return promise;
}

void broker_state::hold(size_t i) {
  auto& f = running_calls[i];
  auto session = f.call.what.session.str();
  auto worker = f.worker;
  --running;
  f = running_call{};
  free_entries.push_back(i);
  auto& h = held[session];
  h = held_session{};
  h.worker = worker;
  if (!workers.find(worker)) // it asked with its last breath
    h.lost = gone();
  check_drained();
}

caf::result<atom::record> broker_state::record_session(const std::string& session) {
  auto h = held.find(session);
  if (h == held.end())
    return to_error(gone());
  if (h->second.lost) {
    auto why = std::move(*h->second.lost);
    held.erase(h);
    return to_error(why);
  }
  h->second.watcher = self->make_response_promise<atom::record>();
  return *h->second.watcher;
}

void broker_state::forget_session(const std::string& session) {
  const fault ended{code::cancelled, "the session was ended"};
  open.for_each_step(session, [&](const open_call_index::where& w) {
    if (std::holds_alternative<call_queue::place>(w))
      take_back(w, ended, false);
  });
  // Who ends a session means what runs in it, too: that may not finish.
  while (auto w = open.find_session(session))
    take_back(open_call_index::where{*w}, ended, false);
  auto h = held.find(session);
  if (h == held.end())
    return;
  stop_watching(h->second);
  auto worker = h->second.worker;
  held.erase(h);
  ask_to_end(worker, session);
}

void broker_state::ask_to_end(worker_set::ref worker, const std::string& session) {
  auto e = workers.find(worker);
  if (!e)
    return;
  auto freed = [this, worker] {
    free_slot(worker);
    dispatch_waiting();
  };
  self->request(e->worker, caf::infinite, atom::cancel_v, session)
      .then([freed](atom::cancel) { freed(); }, [freed](caf::error&) { freed(); });
}

void broker_state::adopt_sessions(worker_set::ref worker,
                                  const std::vector<std::string>& sessions) {
  for (auto& session : sessions) {
    workers.acquire(worker);
    auto h = held.find(session);
    if (h == held.end()) { // it was ended meanwhile
      ask_to_end(worker, session);
      continue;
    }
    h->second.worker = worker;
    auto next = std::exchange(h->second.next, std::nullopt);
    if (!next)
      continue;
    stop_watching(h->second);
    held.erase(h);
    start(std::move(*next), worker, true);
  }
}

void broker_state::stop_watching(held_session& h) {
  if (auto watcher = std::exchange(h.watcher, std::nullopt))
    watcher->deliver(atom::record_v);
}

bool broker_state::tell_loss(held_session& h, const fault& why) {
  auto next = std::exchange(h.next, std::nullopt);
  auto watcher = std::exchange(h.watcher, std::nullopt);
  if (next)
    settle(*next, why);
  if (watcher)
    watcher->deliver(to_error(why));
  return next || watcher;
}

void broker_state::lose_sessions(worker_set::ref worker, const fault& why) {
  auto told = why;
  if (why.what != code::worker_died)
    told = {code::worker_died,
            gone().message + (why.message.empty() ? "" : ": " + why.message),
            why.details};
  for (auto h = held.begin(); h != held.end();) {
    auto& s = h->second;
    if (s.worker.slot != worker.slot || s.worker.incarnation != worker.incarnation) {
      ++h;
    } else if (tell_loss(s, told)) {
      h = held.erase(h);
    } else {
      s.lost = told;
      ++h;
    }
  }
}

void broker_state::lose_sessions(const std::vector<std::string>& sessions,
                                 const fault& why) {
  for (auto& session : sessions) {
    auto h = held.find(session);
    if (h == held.end())
      continue;
    if (tell_loss(h->second, why))
      held.erase(h);
    else
      h->second.lost = why;
  }
}

} // namespace troupe::broker
