#include "broker/front/dashboard/page_text.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/utc_timestamp.hpp"

namespace troupe::front::dashboard {

namespace {

std::string answer_text(std::string_view kind, page_id id, std::string_view member,
                        std::string_view json) {
  return json_object_writer{}
      .add("kind", kind)
      .add("id", id)
      .add_json(member, json)
      .object();
}

} // namespace

std::string hello_text(std::string_view node, bool may_change) {
  return json_object_writer{}
      .add("kind", "hello")
      .add("node", node)
      .add("version", TROUPE_VERSION)
      .add("may", may_change ? "all" : "view")
      .object();
}

std::string state_text(page_id id, std::string_view value) {
  return answer_text("state", id, "value", value);
}

std::string delta_text(page_id id, std::string_view delta) {
  return answer_text("delta", id, "delta", delta);
}

std::string error_text(std::optional<page_id> id, std::string_view error) {
  if (id)
    return answer_text("error", *id, "error", error);
  return json_object_writer{}
      .add("kind", "error")
      .add("id", nullptr)
      .add_json("error", error)
      .object();
}

std::string events_text(page_id id, std::string_view events) {
  return answer_text("events", id, "events", events);
}

std::string input_text(page_id id, std::string_view error) {
  return answer_text("input", id, "error", error);
}

std::string beat_text(std::chrono::system_clock::time_point now) {
  return json_object_writer{}.add("kind", "beat").add("at", utc_timestamp(now)).object();
}

} // namespace troupe::front::dashboard
