#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace troupe::front {

/// The numbers of events that were forgotten before the client had them.
struct event_gap {
  int64_t from = 0;
  int64_t to = 0;
};

/// One element of a batch of events. All texts are parts of the batch.
struct batch_event {
  /// The JSON object.
  std::string_view text;
  int64_t seq = 0;
  std::string_view kind;
  /// Set if the element is no event, but stands for those that are missing.
  std::optional<event_gap> gap;
};

/// Reads the elements of `batch`, the payload of an `events` call's result.
std::vector<batch_event> read_batch(std::string_view batch);

} // namespace troupe::front
