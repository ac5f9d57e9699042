#include "actors/session/session.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>

namespace troupe::session {

namespace {

std::string milliseconds_between(session_entry::time_point from,
                                 session_entry::time_point to) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  // The wall clock may have been set back.
  return std::to_string(
      std::max<int64_t>(0, duration_cast<milliseconds>(to - from).count()));
}

} // namespace

bool session_entry::move(session_event e) {
  auto next = next_state(state, e);
  if (next)
    state = *next;
  return next.has_value();
}

std::string session_entry::answer() const {
  return "{\"session_id\":" + json_string(id) + ",\"state\":\""
         + std::string{to_string(state)} + "\",\"feed_result\":" + feed_result + "}";
}

std::string session_entry::describe(time_point now) const {
  auto out = answer();
  out.back() = ',';
  out += "\"pool\":" + json_string(pool)
         + ",\"worker\":" + (worker.empty() ? "null" : json_string(worker))
         + ",\"age_ms\":" + milliseconds_between(begun, now) + ",\"idle_ms\":"
         + milliseconds_between(used, now) + ",\"queries\":" + std::to_string(queries)
         + ",\"error\":" + (cause.what == code::none ? "null" : to_json(cause)) + "}";
  return out;
}

fault session_entry::told() const {
  auto f = cause;
  f.details += (f.details.empty() ? "" : ",") + ("\"session_id\":" + json_string(id))
               + ",\"state\":\"" + std::string{to_string(state)} + '"';
  return f;
}

void session_entry::show_queries() {
  feed_result = "{\"Paused\":{\"queries\":" + pause.open_queries() + "}}";
}

} // namespace troupe::session
