#include "actors/session/session.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::session {

namespace {

json_object_writer members_of(const session_entry& s) {
  json_object_writer out;
  out.add("session_id", s.id)
      .add("state", to_string(s.state))
      .add_json("feed_result", s.feed_result);
  return out;
}

} // namespace

bool session_entry::move(session_event e) {
  return session_transitions.advance(state, e);
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
  out.add("age_ms", times.age(now).count())
      .add("idle_ms", times.idle(now).count())
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
  return {id, state};
}

void session_entry::show_queries() {
  auto paused = json_object_writer{}.add_json("queries", pause.open_queries()).object();
  feed_result = json_object_writer{}.add_json("Paused", paused).object();
}

std::optional<std::string> session_entry::verify() const {
  if (step.waiter && state != session_state::running)
    return "session " + id + ": somebody waits for a step that does not run";
  if (!ended() && !step.broker)
    return "session " + id + ": it can go on, but nobody has its worker";
  if ((state == session_state::paused) != (pause.remaining() > 0) && !ended())
    return "session " + id + ": it asks while it runs, or is paused and asks nothing";
  if (state == session_state::lost && (cause.what != code::worker_died || detached_as))
    return "session " + id + ": it is lost, and its worker is not";
  if ((!ended() || state == session_state::finished) && cause.what != code::none)
    return "session " + id + ": it has a cause and no failure";
  return std::nullopt;
}

} // namespace troupe::session
