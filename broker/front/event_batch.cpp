#include "broker/front/event_batch.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::front {

namespace {

/// The elements of an array are cut like the members of an object.
json_text::element_reader events_of(std::string_view batch) {
  return json_text::element_reader{json_text::find(batch, "events").value_or("[]")};
}

std::string to_replay_gap(std::string_view event) {
  auto number = [&](std::string_view key) {
    return json_text::as_integer(json_text::find(event, key).value_or("0")).value_or(0);
  };
  auto from = number("from");
  auto to = number("to");
  return json_object_writer{}
      .add("kind", "replay_gap")
      .add("seq", number("seq"))
      .add("from", from)
      .add("to", to)
      .add("requestedSinceSeq", from - 1)
      .add("oldestAvailable", to + 1)
      .add("droppedCount", to - from + 1)
      .object();
}

/// Returns `query` with more members: the last of two of a name counts.
shared_bytes with_members(std::string_view query, const json_object_writer& more) {
  json_object_writer all;
  if (json_text::is_object(query))
    all.append(json_text::trim(query.substr(1, query.size() - 2)));
  all.append(more);
  return shared_bytes{all.take_object()};
}

} // namespace

shared_bytes events_at_once(std::string_view query) {
  return with_members(query, json_object_writer{}.add("wait", false));
}

shared_bytes events_after(std::string_view query, std::string_view batch) {
  json_object_writer more;
  more.add_json("since", json_text::find(batch, "next").value_or("0"));
  if (auto output = json_text::find(batch, "output_since"))
    more.add_json("output_since", *output);
  return with_members(query, more);
}

std::string to_server_sent(std::string_view batch) {
  std::string out;
  auto events = events_of(batch);
  while (auto event = events.next()) {
    out += "id: ";
    out += json_text::find(*event, "seq").value_or("0");
    out += "\nevent: ";
    out += json_text::body(json_text::find(*event, "kind").value_or("\"\""));
    out += "\ndata: ";
    json_text::append_on_one_line(out, *event);
    out += "\n\n";
  }
  return out;
}

std::vector<std::string> to_messages(std::string_view batch) {
  std::vector<std::string> out;
  auto events = events_of(batch);
  while (auto event = events.next())
    if (json_text::find(*event, "kind") == "\"gap\"")
      out.push_back(to_replay_gap(*event));
    else
      out.emplace_back(*event);
  return out;
}

} // namespace troupe::front
