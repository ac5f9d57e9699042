#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

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

namespace detail {

inline constexpr std::array<std::string_view, static_cast<size_t>(session_state::count_)>
    session_names = {"running", "paused", "finished", "failed", "lost"};

} // namespace detail

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

} // namespace troupe
