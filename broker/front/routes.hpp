#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// What answers a request.
enum class route_kind : uint8_t {
  /// A call to a pool or a worker.
  call,
  /// An operation on the node.
  operation,
  /// The event stream.
  events,
  /// A call to a worker on a terminal, whose kind is `operation`.
  terminal,
  /// A WebSocket of events.
  event_socket,
  /// A WebSocket to type on a terminal.
  input_socket,
};

/// A row of the table of routes.
struct route {
  std::string_view method;
  /// Segments separated by `/`; `{…}` matches any one.
  std::string_view pattern;
  route_kind kind;
  /// For an operation: which; a segment `{name}` becomes the `name` of its payload.
  std::string_view operation;
  /// Whether it needs no API key.
  bool open = false;
};

/// A route, and the decoded segments that its `{…}` matched.
struct matched_route {
  const route* where = nullptr;
  std::vector<std::string> segments;
};

/// Returns the route of a request for `path` (decoded segments), or nothing.
std::optional<matched_route> find_route(std::string_view method,
                                        const std::vector<std::string>& path);

} // namespace troupe
