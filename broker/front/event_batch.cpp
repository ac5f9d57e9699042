#include "broker/front/event_batch.hpp"

#include "protocol/base/json_text.hpp"

#include <spdlog/fmt/fmt.h>

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
  return fmt::format(R"({{"kind":"replay_gap","seq":{},"from":{},"to":{},)"
                     R"("requestedSinceSeq":{},"oldestAvailable":{},"droppedCount":{}}})",
                     number("seq"), from, to, from - 1, to + 1, to - from + 1);
}

/// Returns `query` with one more member: the last of two of a name counts.
shared_bytes with_member(std::string_view query, std::string_view member) {
  std::string all;
  if (json_text::is_object(query))
    all = json_text::trim(query.substr(1, query.size() - 2));
  json_text::append_members(all, member);
  return shared_bytes{"{" + all + "}"};
}

} // namespace

shared_bytes events_at_once(std::string_view query) {
  return with_member(query, R"("wait":false)");
}

shared_bytes events_after(std::string_view query, std::string_view batch) {
  std::string members = "\"since\":";
  members += json_text::find(batch, "next").value_or("0");
  if (auto output = json_text::find(batch, "output_since")) {
    members += ",\"output_since\":";
    members += *output;
  }
  return with_member(query, members);
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
