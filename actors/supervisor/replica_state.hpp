#pragma once

#include "protocol/base/transition_table.hpp"

#include <array>
#include <cstdint>

/// What is planned for a replica, as a table of states × events; and which workers may
/// live in it meanwhile, as a second table.
namespace troupe::supervisor {

/// What is planned for a replica.
enum class replica_state : uint8_t {
  /// The pool has no use for it at its present size.
  closed,
  /// As `closed`, and an operator stopped it: it stays empty if the pool grows.
  closed_stopped,
  /// An operator stopped it: it stays empty until a restart.
  stopped,
  /// A worker belongs here. If there is none, the breaker holds its start up, or the node
  /// ends.
  wanted,
  /// Its start waits until fewer workers are starting.
  in_line,
  /// Its start waits for a delay to pass.
  delayed,
  /// The restart policy left it empty.
  ended,
  count_,
};

/// What can happen to the plan for a replica.
enum class replica_event : uint8_t {
  /// The pool grows by it.
  opened,
  /// The pool shrinks by it.
  closed,
  /// An operator stops it.
  stopped,
  /// An operator restarts it.
  restarted,
  /// A start is tried: a wait for one is over, and so is the word of the policy.
  start_tried,
  /// Too many workers are starting.
  queued,
  /// A start is planned after a delay.
  postponed,
  /// The breaker opened: a start that was planned does not happen.
  start_cancelled,
  /// The restart policy wants no other worker.
  given_up,
  /// A worker becomes its current one.
  filled,
  count_,
};

/// Which workers live in a replica, not counting replaced ones.
enum class replica_occupancy : uint8_t {
  vacant,
  /// The current worker.
  occupied,
  /// The current worker and its successor.
  replacing,
  /// The successor: the current worker ended before it was replaced.
  successor_only,
  count_,
};

/// Rows: states. Columns: opened, closed, stopped, restarted, start_tried | queued,
/// postponed, start_cancelled, given_up, filled.
inline constexpr auto replica_transitions = [] {
  using enum replica_state;
  return transition_table<replica_state, replica_event>{{
      /* closed */
      {wanted, never, closed_stopped, closed, closed, //
       never, never, closed, closed, never},
      /* closed_stopped */
      {stopped, never, closed_stopped, closed, closed_stopped, //
       never, never, closed_stopped, closed_stopped, never},
      /* stopped */
      {never, closed_stopped, stopped, wanted, stopped, //
       never, never, stopped, stopped, never},
      /* wanted */
      {never, closed, stopped, wanted, wanted, //
       in_line, delayed, wanted, ended, wanted},
      /* in_line */
      {never, closed, stopped, in_line, wanted, //
       never, never, wanted, never, never},
      /* delayed */
      {never, closed, stopped, delayed, wanted, //
       never, never, wanted, never, never},
      /* ended */
      {never, closed, stopped, wanted, wanted, //
       never, never, ended, never, never},
  }};
}();

namespace detail {

/// Rows: states. Columns: vacant, occupied, replacing, successor_only.
inline constexpr std::array<std::array<bool, 4>, 7> occupancy_table = {{
    /* closed         */ {true, true, true, true},
    /* closed_stopped */ {true, true, true, true},
    /* stopped        */ {true, true, true, true},
    /* wanted         */ {true, true, true, true},
    /* in_line        */ {true, false, false, false},
    /* delayed        */ {true, false, false, false},
    /* ended          */ {true, false, false, false},
}};

} // namespace detail

/// Returns whether these workers may live in a replica in this state.
constexpr bool may_house(replica_state now, replica_occupancy who) {
  return detail::occupancy_table[static_cast<size_t>(now)][static_cast<size_t>(who)];
}

} // namespace troupe::supervisor
