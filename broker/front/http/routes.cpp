#include "broker/front/http/routes.hpp"

#include <array>

namespace troupe::front::http {

namespace {

constexpr auto op = route_kind::operation;
constexpr auto tty = route_kind::terminal;

/// What every call knows, also those that an operation is in the end.
constexpr std::string_view of_calls = "timeout_ms priority key";
constexpr std::string_view of_terminals = "timeout_ms priority";
constexpr std::string_view of_events = "since sinceSeq since_seq workers kinds";

constexpr route with(route r, std::string_view query) {
  r.query = query;
  return r;
}

/// A route of agent-relay's broker.
constexpr route relayed(route r, std::string_view query = {},
                        error_words errors = error_words::relay) {
  r.query = query;
  r.errors = errors;
  return r;
}

constexpr route with_success(route r) {
  return relayed(r, {}, error_words::relay_success);
}

/// Every route there is: a new one adds its row.
constexpr std::array routes = {
    with({"POST", "api/call/{to}/{kind/}", route_kind::call, {}},
         "timeout_ms idempotent priority key stream"),
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
    with({"POST", "api/sessions", op, "session.run"}, of_calls),
    route{"GET", "api/sessions", op, "session.list"},
    route{"GET", "api/sessions/{name}", op, "session.status"},
    route{"DELETE", "api/sessions/{name}", op, "session.stop"},
    with({"POST", "api/sessions/{name}/continue", op, "session.continue"}, of_calls),
    route{"GET", "api/sessions/{name}/history", op, "session.history"},
    with({"GET", "api/events", route_kind::events, {}}, of_events),
    with({"GET", "ws", route_kind::event_socket, "events"}, of_events),
    with_success({"POST", "api/spawn", op, "spawn"}),
    relayed({"GET", "api/spawned", op, "spawned"}),
    with_success({"DELETE", "api/spawned/{name}", op, "release"}),
    relayed({"GET", "api/spawned/{name}", tty, "info"}),
    relayed({"GET", "api/spawned/{name}/snapshot", tty, "snapshot"}, "format scrollback"),
    relayed({"GET", "api/spawned/{name}/delivery-mode", tty, "mode"}),
    relayed({"PUT", "api/spawned/{name}/delivery-mode", tty, "mode"}),
    relayed({"GET", "api/spawned/{name}/mode", tty, "mode"}),
    relayed({"PUT", "api/spawned/{name}/mode", tty, "mode"}),
    relayed({"GET", "api/spawned/{name}/pending", tty, "pending"}),
    relayed({"POST", "api/spawned/{name}/flush", tty, "flush"}),
    relayed({"POST", "api/spawned/{name}/model", tty, "model"}),
    relayed({"POST", "api/spawned/{name}/subscribe", tty, "subscribe"}),
    relayed({"POST", "api/spawned/{name}/unsubscribe", tty, "unsubscribe"}),
    relayed({"POST", "api/input/{name}", tty, "input"}),
    relayed({"GET", "api/input/{name}/stream", route_kind::input_socket, {}}),
    relayed({"POST", "api/resize/{name}", tty, "resize"}),
    with_success({"POST", "api/send", tty, "send"}),
    relayed({"GET", "api/session", op, "session"}),
    relayed({"POST", "api/session/renew", op, "agents.renew"}),
    relayed({"GET", "api/config", op, "agents.config"}),
    relayed({"GET", "api/status", op, "agents.status"}),
    relayed({"GET", "api/metrics", op, "agents.metrics"}, "agent"),
    relayed({"GET", "api/crash-insights", op, "agents.crashes"}),
    relayed({"GET", "api/events/replay", op, "agents.replay"}, "sinceSeq since_seq"),
    relayed({"POST", "api/preflight", op, "agents.preflight"}),
    route{"GET", "health", op, "health", true},
    route{"GET", "ready", op, "ready", true},
};

/// Returns the path from `first`, one of its segments, to its end.
std::string rest_of(const std::vector<std::string>& path, const std::string& first) {
  auto result = first;
  for (auto i = &first + 1; i != path.data() + path.size(); ++i)
    result += '/' + *i;
  return result;
}

bool matches(std::string_view pattern, const std::vector<std::string>& path,
             std::vector<std::string>& segments) {
  segments.clear();
  for (auto& segment : path) {
    if (pattern.empty())
      return false;
    if (pattern.front() == '{' && pattern.find('/') == pattern.size() - 2) {
      segments.push_back(rest_of(path, segment));
      return !segments.back().empty();
    }
    auto expected = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(pattern.size(), expected.size() + 1));
    if (expected.front() == '{' && !segment.empty())
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
  result.segments.reserve(2); // no pattern has more
  for (auto& row : routes)
    if ((row.method == method || (method == "HEAD" && row.method == "GET"))
        && matches(row.pattern, path, result.segments)) {
      result.where = &row;
      return result;
    }
  return std::nullopt;
}

std::string known_parameters(const route& r) {
  if (r.kind != tty)
    return std::string{r.query};
  return std::string{of_terminals} + (r.query.empty() ? "" : " ") + std::string{r.query};
}

std::string allowed_methods(const std::vector<std::string>& path) {
  std::string all;
  std::vector<std::string> segments;
  for (auto& row : routes)
    if (matches(row.pattern, path, segments))
      all += (all.empty() ? "" : ", ") + std::string{row.method}
             + (row.method == "GET" ? ", HEAD" : "");
  return all;
}

} // namespace troupe::front::http
