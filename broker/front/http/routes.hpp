#pragma once

#include "broker/front/relay_errors.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::http {

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
  /// Segments separated by `/`; `{…}` matches any one that is not empty, `{…/}` at the
  /// end all that are left.
  std::string_view pattern;
  route_kind kind;
  /// For an operation: which; a segment `{name}` becomes the `name` of its payload.
  std::string_view operation;
  /// Whether it needs no API key.
  bool open = false;
  /// Query parameters of its own, separated by spaces; see `known_parameters`.
  std::string_view query = {};
  error_words errors = error_words::own;
};

/// A route, and the decoded segments that its `{…}` matched.
struct matched_route {
  const route* where = nullptr;
  std::vector<std::string> segments;
};

/// Returns the route of a request for `path` (decoded segments), or nothing.
std::optional<matched_route> find_route(std::string_view method,
                                        const std::vector<std::string>& path);

/// Returns the names of the query parameters that a route knows, separated by spaces.
std::string known_parameters(const route& r);

/// Returns the methods under which `path` is a route, as in an `Allow` header; empty if
/// it is none.
std::string allowed_methods(const std::vector<std::string>& path);

} // namespace troupe::front::http
