#pragma once

#include "protocol/base/shared_bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// The numbers of events that were forgotten before a follower had them.
struct event_gap {
  uint64_t from = 0;
  uint64_t to = 0;
};

/// One element of a batch.
struct batch_event {
  uint64_t seq = 0;
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
  /// What to ask for next: the number of the last event, as `since`.
  uint64_t next = 0;
  /// Up to where output of terminals was left out, if that was asked for.
  std::optional<uint64_t> output_since = {};
};

} // namespace troupe
