#include "actors/session/sessions.hpp"

#include "actors/interfaces/log_record.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

namespace troupe::session {

sessions_state::sessions_state(caf::local_actor*) {}

session_entry* sessions_state::find(const std::string& id, uint64_t step) {
  auto i = all.find(id);
  return i == all.end() || i->second.step.number != step || i->second.ended()
             ? nullptr
             : &i->second;
}

result<> sessions_state::make_room() {
  if (all.size() < limits::sessions)
    return {};
  auto oldest = all.end();
  for (auto i = all.begin(); i != all.end(); ++i)
    if (i->second.ended()
        && (oldest == all.end() || i->second.times.used < oldest->second.times.used))
      oldest = i;
  if (oldest == all.end())
    return failure(code::busy,
                   "the node has as many sessions as it keeps, and none has ended");
  return remove(std::string{oldest->first});
}

result<> sessions_state::remove(const std::string& id) {
  if (auto removed = context.registry->remove(id); !removed) {
    write_log(*context.log, spdlog::level::err,
              {.event = "session_not_recorded", .code = to_string(removed.error().what)},
              "session {}: {}", id, removed.error().message);
    return removed;
  }
  unsaved.erase(id);
  all.erase(id);
  context.acceptors->close(id);
  return {};
}

void sessions_state::restore(std::vector<session_entry> left) {
  auto now = std::chrono::system_clock::now();
  auto table = context.directory->get();
  for (auto& s : left) {
    s.times.restore(now, self->clock().now());
    if (!s.ended())
      context.acceptors->open(s.id);
    auto& mine = all.emplace(s.id, std::move(s)).first->second;
    auto pool = table->find(mine.pool);
    if (mine.state == session_state::paused && mine.detached_as && pool != table->end()) {
      mine.step.broker = pool->second.broker;
      watch(mine);
    } else if (!mine.ended()) {
      fail(mine, session_event::died,
           {code::worker_died, "the node ended, and the worker of the session with it"});
    }
  }
}

void sessions_state::end_paused() {
  ending = true;
  for (auto& [id, s] : all)
    if (s.state == session_state::paused && !s.detached_as)
      fail(
          s, session_event::died,
          {code::worker_died, "the node stopped, and the worker of the session with it"});
}

std::optional<std::string> sessions_state::verify() const {
  auto paused = false;
  for (auto& [id, s] : all) {
    if (s.id != id)
      return "sessions: session " + s.id + " is kept as " + id;
    if (auto wrong = s.verify())
      return wrong;
    paused = paused || s.state == session_state::paused;
  }
  for (auto& [id, change] : unsaved) {
    auto s = all.find(id);
    auto is_right = change.after.id == id && !change.after.step.waiter;
    switch (change.what) {
      case unsaved_change::kind::step: // it is told as running until then
        is_right =
            is_right && s != all.end() && s->second.state == session_state::running;
        break;
      case unsaved_change::kind::end:
        is_right = is_right && s != all.end() && s->second.ended();
        break;
      case unsaved_change::kind::removal:
        is_right = is_right && s == all.end();
    }
    if (!is_right)
      return "sessions: what is to be written of " + id + " is not what happened to it";
  }
  if (!timer_due && (!unsaved.empty() || (paused && context.config.idle.count() > 0)))
    return "sessions: something is to be looked at, and no timer is set";
  return std::nullopt;
}

} // namespace troupe::session
