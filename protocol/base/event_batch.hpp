#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// The numbers of events that were forgotten before a follower had them.
struct event_gap {
  sequence_id from;
  sequence_id to;
};

/// One element of a batch.
struct batch_event {
  sequence_id seq;
  std::string kind;
  /// The complete JSON object.
  shared_bytes text;
  /// Set if the element is no event, but stands for those that are missing.
  std::optional<event_gap> gap = {};
};

/// The answer to an `events` call, for fronts that hand on each event by itself. The
/// payload of the answer says the same.
struct event_batch {
  std::vector<batch_event> events = {};
  /// The `since` of the next request: the number of the last event.
  sequence_id next;
  /// Up to where output of terminals was left out, if that was asked for.
  std::optional<sequence_id> output_since = {};
};

} // namespace troupe
