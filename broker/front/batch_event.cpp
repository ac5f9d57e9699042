#include "broker/front/batch_event.hpp"

#include "protocol/base/json_text.hpp"

namespace troupe::front {

namespace {

batch_event read_event(std::string_view text) {
  batch_event e{text, 0, {}, {}};
  event_gap missing;
  json_text::member_reader members{text};
  while (auto m = members.next()) {
    auto number = [&] { return json_text::as_integer(m->value).value_or(0); };
    if (m->key == "seq")
      e.seq = number();
    else if (m->key == "kind")
      e.kind = json_text::body(m->value);
    else if (m->key == "from")
      missing.from = number();
    else if (m->key == "to")
      missing.to = number();
  }
  if (e.kind == "gap")
    e.gap = missing;
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
