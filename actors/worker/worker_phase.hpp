#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::worker {

/// Where a worker is in its life.
enum class worker_phase : uint8_t {
  /// The child is being started or has not said that it is ready.
  starting,
  /// It waits for a call.
  ready,
  /// At least one call is in it.
  busy,
  /// It takes no more calls: it finishes what is in it, or is being ended.
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
  /// It is to end: asked, failed to start, or it must be killed.
  stopped,
  /// The child ended.
  ended,
  count_,
};

namespace detail {

using phase = worker_phase;
inline constexpr std::optional<worker_phase> never = std::nullopt;

/// Rows: phases. Columns: handshake_sent, call_started, slots_free, stopped, ended.
inline constexpr std::array<std::array<std::optional<worker_phase>, 5>, 5> worker_table =
    {{
        /* starting */ {phase::ready, never, never, phase::stopping, phase::dead},
        /* ready    */ {never, phase::busy, never, phase::stopping, phase::dead},
        /* busy     */ {never, phase::busy, phase::ready, phase::stopping, phase::dead},
        /* stopping */ {never, never, phase::stopping, phase::stopping, phase::dead},
        /* dead     */ {never, never, never, phase::dead, never},
    }};

} // namespace detail

/// Returns the phase after `event` in `now`, or nothing where that cannot happen (a
/// second `ready` of a child, say): the event is ignored then.
constexpr std::optional<worker_phase> next_phase(worker_phase now, worker_event event) {
  return detail::worker_table[static_cast<size_t>(now)][static_cast<size_t>(event)];
}

/// Moves `now` on; returns false, and leaves it, where that cannot happen.
constexpr bool advance(worker_phase& now, worker_event event) {
  auto next = next_phase(now, event);
  if (next)
    now = *next;
  return next.has_value();
}

/// Returns the phase's name in `ps`.
constexpr std::string_view to_string(worker_phase p) {
  constexpr std::array<std::string_view, 5> names = {"starting", "ready", "busy",
                                                     "stopping", "dead"};
  return names[static_cast<size_t>(p)];
}

} // namespace troupe::worker
