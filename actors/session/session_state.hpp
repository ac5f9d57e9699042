#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::session {

/// Where a session is in its life.
enum class session_state : uint8_t {
  /// Its worker works on it, or it waits for one.
  running,
  /// Its worker asked and is kept for the answer.
  paused,
  /// Ended with a result.
  finished,
  /// Ended by an error, by a client, or because nobody came back.
  failed,
  /// Its worker is gone, and the conversation with it.
  lost,
  count_,
};

/// What can happen to a session.
enum class session_event : uint8_t {
  /// Its worker asks, or did not take an answer and asks as before.
  asked,
  /// Its worker has come to an end.
  concluded,
  /// It cannot go on, though its worker may live.
  broke,
  /// Its worker is gone.
  died,
  /// All that it asked is answered.
  continued,
  count_,
};

namespace detail {

using life = session_state;
inline constexpr std::optional<session_state> no_state = std::nullopt;

/// Rows: states. Columns: asked, concluded, broke, died, continued.
inline constexpr std::array<std::array<std::optional<session_state>, 5>, 5>
    session_table = {{
        /* running  */ {life::paused, life::finished, life::failed, life::lost, no_state},
        /* paused   */ {no_state, no_state, life::failed, life::lost, life::running},
        /* finished */ {no_state, no_state, no_state, no_state, no_state},
        /* failed   */ {no_state, no_state, no_state, no_state, no_state},
        /* lost     */ {no_state, no_state, no_state, no_state, no_state},
    }};

inline constexpr std::array<std::string_view, 5> session_names = {
    "running", "paused", "finished", "failed", "lost"};

} // namespace detail

/// Returns the state after `event` in `now`, or nothing where that cannot happen.
constexpr std::optional<session_state> next_state(session_state now,
                                                  session_event event) {
  return detail::session_table[static_cast<size_t>(now)][static_cast<size_t>(event)];
}

/// Returns whether nothing can happen any more.
constexpr bool is_end(session_state s) {
  return s != session_state::running && s != session_state::paused;
}

/// Returns the state's name, as clients and the registry know it.
constexpr std::string_view to_string(session_state s) {
  return detail::session_names[static_cast<size_t>(s)];
}

/// Returns the state of this name, or nothing.
constexpr std::optional<session_state> find_session_state(std::string_view name) {
  for (size_t i = 0; i < detail::session_names.size(); ++i)
    if (detail::session_names[i] == name)
      return static_cast<session_state>(i);
  return std::nullopt;
}

} // namespace troupe::session
