#pragma once

#include <array>
#include <cstdint>
#include <optional>

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

/// Which workers live in a replica, those aside that were replaced.
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

namespace detail {

using plan = replica_state;
inline constexpr std::optional<replica_state> impossible = std::nullopt;

/// Rows: states. Columns: opened, closed, stopped, restarted, start_tried | queued,
/// postponed, start_cancelled, given_up, filled.
inline constexpr std::array<
    std::array<std::optional<replica_state>, static_cast<size_t>(replica_event::count_)>,
    static_cast<size_t>(replica_state::count_)>
    replica_table = {{
        /* closed */
        {plan::wanted, impossible, plan::closed_stopped, plan::closed, plan::closed,
         impossible, impossible, plan::closed, plan::closed, impossible},
        /* closed_stopped */
        {plan::stopped, impossible, plan::closed_stopped, plan::closed,
         plan::closed_stopped, //
         impossible, impossible, plan::closed_stopped, plan::closed_stopped, impossible},
        /* stopped */
        {impossible, plan::closed_stopped, plan::stopped, plan::wanted, plan::stopped,
         impossible, impossible, plan::stopped, plan::stopped, impossible},
        /* wanted */
        {impossible, plan::closed, plan::stopped, plan::wanted, plan::wanted, //
         plan::in_line, plan::delayed, plan::wanted, plan::ended, plan::wanted},
        /* in_line */
        {impossible, plan::closed, plan::stopped, plan::in_line, plan::wanted, //
         impossible, impossible, plan::wanted, impossible, impossible},
        /* delayed */
        {impossible, plan::closed, plan::stopped, plan::delayed, plan::wanted, //
         impossible, impossible, plan::wanted, impossible, impossible},
        /* ended */
        {impossible, plan::closed, plan::stopped, plan::wanted, plan::wanted, //
         impossible, impossible, plan::ended, impossible, impossible},
    }};

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

/// Returns the state after `event` in `now`, or nothing if that cannot happen.
constexpr std::optional<replica_state> next_state(replica_state now,
                                                  replica_event event) {
  return detail::replica_table[static_cast<size_t>(now)][static_cast<size_t>(event)];
}

/// Returns whether these workers may live in a replica in this state.
constexpr bool may_house(replica_state now, replica_occupancy who) {
  return detail::occupancy_table[static_cast<size_t>(now)][static_cast<size_t>(who)];
}

} // namespace troupe::supervisor
