#pragma once

#include "protocol/base/session_state.hpp"
#include "protocol/metrics/duration_histogram.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::session {

/// Numbers of sessions, by their states.
using numbers_by_state = std::array<uint64_t, static_cast<size_t>(session_state::count_)>;

/// What SESSIONS has counted since the node began. Plain integers, for its thread.
struct session_counts {
  /// A session has ended. One that an earlier node has left on record as ended has not
  /// ended here.
  void end(session_state how) noexcept { ++ended[static_cast<size_t>(how)]; }

  numbers_by_state ended{};
  /// How long the writes to the registry have taken, also those that failed.
  metrics::duration_histogram writes;
};

} // namespace troupe::session
