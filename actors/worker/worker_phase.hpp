#pragma once

#include "actors/interfaces/status.hpp"
#include "protocol/base/transition_table.hpp"

#include <array>
#include <cstdint>

namespace troupe::worker {

/// Where a worker is in its life.
enum class worker_phase : uint8_t {
  /// The child is being started or has not said that it is ready.
  starting,
  /// Waits for a call.
  ready,
  /// At least one call is in it.
  busy,
  /// Takes no more calls: finishes those that run, or is being ended.
  stopping,
  /// The child is gone.
  dead,
  count_,
};

/// What can happen to a worker.
enum class worker_event : uint8_t {
  /// The child is ready.
  handshake_sent,
  /// A call was given to it.
  call_started,
  /// The last call left it.
  slots_free,
  /// The worker is to end: on request, after a failed start, or because it must be
  /// killed.
  stopped,
  /// The child ended.
  ended,
  count_,
};

/// Events that cannot happen, such as a second `ready` of a child, are ignored. Rows:
/// phases. Columns: handshake_sent, call_started, slots_free, stopped, ended.
inline constexpr auto worker_transitions = [] {
  using enum worker_phase;
  return transition_table<worker_phase, worker_event>{{
      /* starting */ {ready, never, never, stopping, dead},
      /* ready    */ {never, busy, never, stopping, dead},
      /* busy     */ {never, busy, ready, stopping, dead},
      /* stopping */ {never, never, stopping, stopping, dead},
      /* dead     */ {never, never, never, dead, never},
  }};
}();

/// Returns what `ps` shows of a worker in this phase.
constexpr shown_state shown_as(worker_phase p) {
  constexpr std::array<shown_state, static_cast<size_t>(worker_phase::count_)> all = {
      shown_state::starting, shown_state::ready, shown_state::busy, shown_state::stopping,
      shown_state::dead};
  return all[static_cast<size_t>(p)];
}

} // namespace troupe::worker
