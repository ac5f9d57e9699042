#include "broker/front/batch_event.hpp"

#include "protocol/base/json_text.hpp"

namespace troupe::front {

namespace {

batch_event read_event(std::string_view text) {
  auto number = [&](std::string_view key) {
    return json_text::as_integer(json_text::find(text, key).value_or("0")).value_or(0);
  };
  batch_event e{text, number("seq"), {}, {}};
  e.kind = json_text::body(json_text::find(text, "kind").value_or("\"\""));
  if (e.kind == "gap")
    e.gap = event_gap{number("from"), number("to")};
  return e;
}

} // namespace

std::vector<batch_event> read_batch(std::string_view batch) {
  std::vector<batch_event> all;
  json_text::element_reader events{json_text::find(batch, "events").value_or("[]")};
  while (auto event = events.next())
    all.push_back(read_event(*event));
  return all;
}

} // namespace troupe::front
