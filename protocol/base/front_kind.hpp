#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe {

/// Where a call comes from.
enum class front_kind : uint8_t {
  /// The node itself: its actors, and the program that embeds it.
  node,
  socket,
  http,
  websocket,
  /// Clients of web applications and of MCP.
  web,
  /// Clients of the protocol `session`.
  session,
  /// Another node.
  cluster,
  /// A worker.
  worker,
  count_,
};

/// Returns the word for `f`.
constexpr std::string_view word_for(front_kind f) {
  constexpr std::array<std::string_view, static_cast<size_t>(front_kind::count_)> words =
      {"node", "socket", "http", "websocket", "web", "session", "cluster", "worker"};
  return words[static_cast<size_t>(f)];
}

} // namespace troupe
