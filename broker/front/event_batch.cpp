#include "broker/front/event_batch.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>
#include <optional>

namespace troupe::front {

namespace {

std::string to_replay_gap(const batch_event& event) {
  auto [from, to] = *event.gap;
  return json_object_writer{}
      .add("kind", "replay_gap")
      .add("seq", event.seq)
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
    all.append(json_text::members_in(query));
  all.append(more);
  return shared_bytes{all.object()};
}

sequence_id sequence_in(std::string_view object, std::string_view key) {
  auto found = json_text::find(object, key);
  auto number = found ? json_text::as_integer(*found) : std::nullopt;
  return sequence_id{static_cast<uint64_t>(std::max<int64_t>(0, number.value_or(0)))};
}

} // namespace

std::shared_ptr<const event_batch> events_in(const outcome& answer) {
  if (answer.events)
    return answer.events;
  auto batch = std::make_shared<event_batch>();
  auto text = answer.payload.view();
  auto events =
      json_text::is_object(text) ? json_text::find(text, "events") : std::nullopt;
  if (!events || !events->starts_with('['))
    return batch;
  batch->next = sequence_in(text, "next");
  if (json_text::find(text, "output_since"))
    batch->output_since = sequence_in(text, "output_since");
  json_text::element_reader all{*events};
  while (auto event = all.next()) {
    auto kind = json_text::text_member(*event, "kind");
    if (!kind)
      continue;
    auto& one = batch->events.emplace_back(batch_event{
        sequence_in(*event, "seq"), *kind, shared_bytes{std::string{*event}}});
    if (one.kind == "gap")
      one.gap = event_gap{sequence_in(*event, "from"), sequence_in(*event, "to")};
  }
  return batch;
}

shared_bytes events_at_once(std::string_view query) {
  return with_members(query, json_object_writer{}.add("wait", false));
}

shared_bytes events_after(std::string_view query, const event_batch& batch) {
  json_object_writer more;
  more.add("since", batch.next);
  if (batch.output_since)
    more.add("output_since", *batch.output_since);
  return with_members(query, more);
}

std::string to_server_sent(const event_batch& batch) {
  std::string out;
  for (auto& event : batch.events) {
    out += "id: ";
    out += std::to_string(event.seq);
    out += "\nevent: ";
    out += event.kind;
    out += "\ndata: ";
    json_text::append_on_one_line(out, event.text.view());
    out += "\n\n";
  }
  return out;
}

std::vector<std::string> to_messages(const event_batch& batch) {
  std::vector<std::string> out;
  for (auto& event : batch.events)
    out.push_back(event.gap ? to_replay_gap(event) : event.text.str());
  return out;
}

} // namespace troupe::front
