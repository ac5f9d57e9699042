#pragma once

#include <cstddef>
#include <optional>

namespace troupe {

/// Stands in a transition table where an event cannot happen.
inline constexpr auto never = std::nullopt;

/// A state machine as a table: a row for each state, a column for each event. Both are
/// enumerations that end in `count_`. A table that leaves a pair undecided does not
/// compile.
template <class State, class Event>
class transition_table {
public:
  using cell = std::optional<State>;

  template <size_t Rows, size_t Columns>
  constexpr transition_table(const cell (&rows)[Rows][Columns]) {
    static_assert(Rows == states && Columns == events, "each pair must be decided");
    for (size_t s = 0; s < states; ++s)
      for (size_t e = 0; e < events; ++e)
        cells_[s][e] = rows[s][e];
  }

  /// Returns the state after `event` in `now`, or nothing if that cannot happen.
  constexpr cell next(State now, Event event) const {
    return cells_[static_cast<size_t>(now)][static_cast<size_t>(event)];
  }

  /// Moves `now` on. Returns false, and leaves it, if `event` cannot happen.
  constexpr bool advance(State& now, Event event) const {
    auto after = next(now, event);
    now = after.value_or(now);
    return after.has_value();
  }

private:
  static constexpr auto states = static_cast<size_t>(State::count_);
  static constexpr auto events = static_cast<size_t>(Event::count_);

  cell cells_[states][events];
};

} // namespace troupe
