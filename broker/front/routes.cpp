#include "broker/front/routes.hpp"

#include <array>

namespace troupe {

namespace {

constexpr auto op = route_kind::operation;
constexpr auto tty = route_kind::terminal;

/// Every route there is: a new one adds its row.
constexpr std::array routes = {
    route{"POST", "api/call/{to}/{kind}", route_kind::call, {}},
    route{"GET", "api/pools", op, "pools"},
    route{"GET", "api/pools/{name}", op, "pool"},
    route{"PUT", "api/pools/{name}", op, "configure"},
    route{"DELETE", "api/pools/{name}", op, "remove"},
    route{"POST", "api/pools/{name}/restart", op, "restart"},
    route{"POST", "api/pools/{name}/reload", op, "reload"},
    route{"POST", "api/pools/{name}/scale", op, "scale"},
    route{"POST", "api/pools/{name}/stop", op, "stop"},
    route{"POST", "api/pools/{name}/drain", op, "drain"},
    route{"POST", "api/pools/{name}/resume", op, "resume"},
    route{"POST", "api/reload", op, "reload"},
    route{"GET", "api/workers", op, "workers"},
    route{"GET", "api/workers/{name}", op, "worker"},
    route{"DELETE", "api/workers/{name}", op, "stop"},
    route{"POST", "api/workers/{name}/restart", op, "restart"},
    route{"GET", "api/workers/{name}/log", op, "log"},
    route{"GET", "api/nodes", op, "nodes"},
    route{"POST", "api/sessions", op, "session.run"},
    route{"GET", "api/sessions", op, "session.list"},
    route{"GET", "api/sessions/{name}", op, "session.status"},
    route{"DELETE", "api/sessions/{name}", op, "session.stop"},
    route{"POST", "api/sessions/{name}/continue", op, "session.continue"},
    route{"GET", "api/sessions/{name}/history", op, "session.history"},
    route{"GET", "api/events", route_kind::events, {}},
    route{"GET", "ws", route_kind::event_socket, "events"},
    route{"POST", "api/spawn", op, "spawn"},
    route{"GET", "api/spawned", op, "spawned"},
    route{"DELETE", "api/spawned/{name}", op, "release"},
    route{"GET", "api/spawned/{name}", tty, "info"},
    route{"GET", "api/spawned/{name}/snapshot", tty, "snapshot"},
    route{"GET", "api/spawned/{name}/delivery-mode", tty, "mode"},
    route{"PUT", "api/spawned/{name}/delivery-mode", tty, "mode"},
    route{"GET", "api/spawned/{name}/mode", tty, "mode"},
    route{"PUT", "api/spawned/{name}/mode", tty, "mode"},
    route{"GET", "api/spawned/{name}/pending", tty, "pending"},
    route{"POST", "api/spawned/{name}/flush", tty, "flush"},
    route{"POST", "api/input/{name}", tty, "input"},
    route{"GET", "api/input/{name}/stream", route_kind::input_socket, {}},
    route{"POST", "api/resize/{name}", tty, "resize"},
    route{"POST", "api/send", tty, "send"},
    route{"GET", "api/session", op, "session"},
    route{"GET", "health", op, "health", true},
    route{"GET", "ready", op, "ready", true},
};

bool matches(std::string_view pattern, const std::vector<std::string>& path,
             std::vector<std::string>& segments) {
  segments.clear();
  for (auto& segment : path) {
    if (pattern.empty())
      return false;
    auto expected = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(pattern.size(), expected.size() + 1));
    if (expected.front() == '{')
      segments.push_back(segment);
    else if (expected != segment)
      return false;
  }
  return pattern.empty();
}

} // namespace

std::optional<matched_route> find_route(std::string_view method,
                                        const std::vector<std::string>& path) {
  matched_route result;
  for (auto& row : routes)
    if ((row.method == method || (method == "HEAD" && row.method == "GET"))
        && matches(row.pattern, path, result.segments)) {
      result.where = &row;
      return result;
    }
  return std::nullopt;
}

} // namespace troupe
