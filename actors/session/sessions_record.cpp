#include "actors/session/sessions.hpp"

#include "actors/interfaces/log_record.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace troupe::session {

result<> sessions_state::save(session_entry& s, std::string_view event,
                              std::string_view payload) {
  s.times.touch(std::chrono::system_clock::now(), self->clock().now());
  auto begun = steady_clock::now(); // the disk has no other clock in tests either
  auto saved = context.registry->save(s, {event, payload});
  counts.writes.add(steady_clock::now() - begun);
  if (saved)
    unsaved.erase(s.id); // this is what came after it
  else
    write_log(*context.log, spdlog::level::err,
              {.event = "session_not_recorded",
               .pool = s.pool,
               .worker = s.worker,
               .code = to_string(saved.error().what)},
              "session {}: {} is not on record: {}", s.id, event, saved.error().message);
  return saved;
}

void sessions_state::publish(const session_entry& s, std::string_view event) {
  event_members out{{"session_id", s.id}, {"pool", s.pool}};
  if (s.cause.what != code::none)
    out.push_back(spread(s.cause));
  self->send(context.events, atom::publish_v,
             troupe::event{"session_" + std::string{event}, std::move(out),
                           subject_of(s.cause, s.pool)});
}

void sessions_state::put_off(unsaved_change change) {
  auto id = change.after.id;
  unsaved.insert_or_assign(std::move(id), std::move(change));
  set_timer(limits::registry_retry);
}

void sessions_state::save_unsaved() {
  using kind = unsaved_change::kind;
  while (!unsaved.empty()) {
    auto& [id, change] = *unsaved.begin();
    auto done =
        change.what == kind::removal
            ? context.registry->remove(id)
            : context.registry->save(change.after, {change.event, change.payload});
    if (!done)
      return set_timer(limits::registry_retry); // the others would fare no better
    write_log(*context.log, spdlog::level::info, {.event = "session_recorded"},
              "session {}: on record now", id);
    auto saved = std::move(unsaved.extract(unsaved.begin()).mapped());
    auto s = all.find(saved.after.id);
    if (saved.what == kind::step && s != all.end())
      become(s->second, std::move(saved.after), saved.event);
  }
}

} // namespace troupe::session
