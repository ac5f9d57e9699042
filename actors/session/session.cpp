#include "actors/session/session.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::session {

namespace {

int64_t milliseconds_between(session_entry::time_point from,
                             session_entry::time_point to) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  // The wall clock may have been set back.
  return std::max<int64_t>(0, duration_cast<milliseconds>(to - from).count());
}

json_object_writer members_of(const session_entry& s) {
  json_object_writer out;
  out.add("session_id", s.id)
      .add("state", to_string(s.state))
      .add_json("feed_result", s.feed_result);
  return out;
}

} // namespace

bool session_entry::move(session_event e) {
  auto next = next_state(state, e);
  if (next)
    state = *next;
  return next.has_value();
}

std::string session_entry::answer() const {
  return members_of(*this).object();
}

std::string session_entry::answer_with(std::string_view key,
                                       std::string_view json) const {
  return members_of(*this).add_json(key, json).object();
}

std::string session_entry::describe(time_point now) const {
  auto out = members_of(*this);
  out.add("pool", pool);
  if (worker.empty())
    out.add("worker", nullptr);
  else
    out.add("worker", worker);
  out.add("age_ms", milliseconds_between(begun, now))
      .add("idle_ms", milliseconds_between(used, now))
      .add("queries", queries)
      .add_json("error", cause.what == code::none ? "null" : to_json(cause));
  return out.object();
}

fault session_entry::told() const {
  auto f = cause;
  f.details.session = facts();
  return f;
}

session_facts session_entry::facts() const {
  return {id, std::string{to_string(state)}};
}

void session_entry::show_queries() {
  auto paused = json_object_writer{}.add_json("queries", pause.open_queries()).object();
  feed_result = json_object_writer{}.add_json("Paused", paused).object();
}

} // namespace troupe::session
