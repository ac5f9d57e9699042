#pragma once

#include "protocol/base/cluster_limits.hpp"

#include <cstddef>
#include <cstdint>

/// How long that may be which nodes send each other. Both ends reckon with the largest
/// `max_frame` of their pools that either has told of; who sends keeps to what the other
/// end has said that it reckons with.
namespace troupe::cluster {

/// Returns the bytes of the longest call, outcome or part, as `bytes_of` counts. A half
/// more than the frame of a worker: as JSON, bytes of any kind take a third more.
constexpr uint64_t item_bound(uint64_t max_frame) {
  return max_frame + max_frame / 2 + limits::link_envelope;
}

/// Returns the bytes of the longest message: what a window lets through, and one item. A
/// small one may have twice the bytes that it counts as.
constexpr size_t message_bound(uint64_t max_frame) {
  return item_bound(max_frame) + 2 * limits::link_window + limits::peer_control_frame;
}

static_assert(message_bound(limits::peer_frame) <= limits::peer_message);
// One may wait for a peer.
static_assert(message_bound(limits::largest_peer_frame) < limits::largest_peer_backlog);

} // namespace troupe::cluster
