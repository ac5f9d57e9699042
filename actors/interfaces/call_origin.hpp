#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

/// The kinds of callers.
enum class caller_kind : uint8_t {
  /// An actor of the node, or of the program that the node is part of.
  program,
  http,
  socket,
  websocket,
  /// A client of a web front, which has the name.
  web,
  worker,
  behaviour,
  session,
  /// Another node: the call came in there.
  node,
  count_,
};

/// Where a call came from, for people.
struct call_origin {
  caller_kind kind = caller_kind::program;
  /// Of a web front, a worker, a behaviour, a session or a node; empty for the others.
  std::string name = {};

  bool operator==(const call_origin&) const = default;
};

/// Returns the origin as operators see it: `http`, `worker text.0`.
inline std::string to_string(const call_origin& from) {
  constexpr std::array<std::string_view, static_cast<size_t>(caller_kind::count_)> words =
      {"program", "http",      "socket",  "websocket", "web",
       "worker",  "behaviour", "session", "node"};
  std::string text{words[static_cast<size_t>(from.kind)]};
  return from.name.empty() ? text : text + ' ' + from.name;
}

} // namespace troupe
