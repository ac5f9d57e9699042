#include "actors/broker/held_sessions.hpp"

#include <algorithm>
#include <utility>

namespace troupe::broker {

namespace {

/// Tells the callers that wait for the session; returns whether there were any.
bool tell_loss(held_session& h, const fault& why, const held_sessions::step_end& end) {
  auto next = std::exchange(h.next, std::nullopt);
  auto watcher = std::exchange(h.watcher, std::nullopt);
  if (next)
    end(*next, why);
  if (watcher)
    watcher->deliver(to_error(why));
  return next || watcher;
}

} // namespace

fault session_worker_gone() {
  return {code::worker_died, "the worker of the session is gone"};
}

void held_session::stop_watching() {
  if (auto told = std::exchange(watcher, std::nullopt))
    told->deliver(atom::watch_session_v);
}

held_session& held_sessions::hold(const std::string& session, worker_set::ref worker) {
  auto& h = all_[session];
  h = {};
  h.worker = worker;
  return h;
}

held_session* held_sessions::find(std::string_view session) {
  auto i = all_.find(session);
  return i == all_.end() ? nullptr : &i->second;
}

void held_sessions::remove(std::string_view session) {
  if (auto i = all_.find(session); i != all_.end())
    all_.erase(i);
}

void held_sessions::lose(worker_set::ref worker, const fault& why, const step_end& end) {
  for (auto i = all_.begin(); i != all_.end();) {
    auto& h = i->second;
    if (h.worker != worker) {
      ++i;
    } else if (tell_loss(h, why, end)) {
      i = all_.erase(i);
    } else {
      h.lost = why;
      ++i;
    }
  }
}

void held_sessions::lose(const std::string& session, const fault& why,
                         const step_end& end) {
  auto i = all_.find(session);
  if (i == all_.end())
    return;
  if (tell_loss(i->second, why, end))
    all_.erase(i);
  else
    i->second.lost = why;
}

void held_sessions::fail_all(const fault& why, const step_end& end) {
  for (auto& [id, h] : all_)
    tell_loss(h, why, end);
}

void held_sessions::finish_end(worker_set::ref worker) {
  auto i = std::find(ending_.begin(), ending_.end(), worker);
  if (i != ending_.end())
    ending_.erase(i);
}

size_t held_sessions::waiting_steps() const {
  return static_cast<size_t>(std::count_if(
      all_.begin(), all_.end(), [](auto& x) { return x.second.next.has_value(); }));
}

std::optional<std::string> held_sessions::verify() const {
  for (auto& [id, h] : all_) {
    if (h.lost && (h.next || h.watcher))
      return "held_sessions: somebody waits for a session that is lost";
    if (h.next && h.worker.incarnation != 0)
      return "held_sessions: a step waits although its worker is there";
  }
  return std::nullopt;
}

} // namespace troupe::broker
