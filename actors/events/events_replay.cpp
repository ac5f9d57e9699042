#include "actors/events/events.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>

namespace troupe::events {

namespace {

/// Bytes of events in one answer. Who needs more asks again, from the last on.
constexpr size_t most_replayed = 16 * limits::event_batch_bytes;

} // namespace

/// As agent-relay's broker answers: what happened, without what terminals printed. A
/// number that is ahead of all events is how its clients ask for the current one.
void events_state::replay(submission& s) const {
  auto since_text = json_text::find_member(s.what.payload.view(), "since");
  auto asked = since_text ? json_text::as_integer(*since_text).value_or(-1) : 0;
  if (asked < 0) {
    s.sink->settle(s.tag, failure(malformed("sinceSeq: expected a whole number from 0")));
    return;
  }
  sequence_id since{static_cast<uint64_t>(asked)};
  sequence_id last_lost;
  for (auto& [kind, those] : lost)
    last_lost = std::max(last_lost, those.last);
  auto gap = last_lost > since;
  json_array_writer all;
  auto i = std::upper_bound(ring.begin(), ring.end(), since,
                            [](sequence_id seq, auto& e) { return seq < e.seq; });
  for (; i != ring.end() && all.size() < most_replayed; ++i)
    all.add_json(i->text.view());
  s.sink->settle(s.tag,
                 outcome{shared_bytes{
                     json_object_writer{}
                         .add_json("events", all.array())
                         .add("gap", gap)
                         .add("oldestAvailable", gap ? last_lost + 1 : uint64_t{since})
                         .add("droppedCount", gap ? last_lost - since : 0)
                         .add("currentSeq", last_seq)
                         .object()}});
}

} // namespace troupe::events
