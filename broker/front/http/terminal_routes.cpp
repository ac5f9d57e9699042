#include "broker/front/http/http_query.hpp"
#include "broker/front/http/operation_route.hpp"
#include "broker/front/http/request_body.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"

/// Programs on terminals, as clients of agent-relay's broker ask for them.
namespace troupe::front::http {

namespace {

/// Returns the terminal that a request is about: a segment of its path, or `to` in its
/// body; empty for none.
std::string addressee(const request_source& from, const shared_bytes& payload) {
  if (!from.segments.empty())
    return from.segments.front();
  auto to = json_text::find_member(payload.view(), "to");
  return to ? json_text::as_text(*to).value_or("") : "";
}

/// A request about a terminal is a call to its worker.
result<> read_terminal_call(http_request& r, request_source& from) {
  if (auto read = read_call_parameters(from.url, r.what); !read)
    return failure(malformed(std::move(read).error()));
  auto payload = operation_payload(from.segments, from.body);
  if (!payload)
    return failure(std::move(payload).error());
  r.what.payload = *std::move(payload);
  r.what.kind = shared_bytes::literal(r.where->kind);
  r.to = addressee(from, r.what.payload);
  if (from.segments.empty() && r.to.empty())
    return failure(malformed("to: expected the name of a terminal"));
  if (r.where->kind == "send" && r.to.starts_with('#')) { // a message to a channel
    r.to = node_target;
    r.what.kind = shared_bytes::literal("agents.send");
  }
  r.to_terminal = r.to != node_target;
  auto asked = read_snapshot_parameters(from.url);
  if (!asked)
    return failure(std::move(asked).error());
  if (!asked->empty()) {
    json_object_writer all;
    all.append(json_text::members_in(r.what.payload.view())).append(*asked);
    r.what.payload = shared_bytes{all.object()};
  }
  return {};
}

result<> read_input_socket(http_request& r, request_source& from) {
  r.to = from.segments.front();
  r.to_terminal = true;
  return {};
}

std::unique_ptr<websocket::websocket_client>
open_input_socket(websocket::websocket_host& host, const http_request& r) {
  return websocket::make_input_client(host, r.to);
}

/// A route for `kind`, a call of terminals.
route terminal_route(std::string_view method, std::string_view pattern,
                     std::string_view kind,
                     std::string_view query = "timeout_ms priority") {
  return relayed({.method = method,
                  .pattern = pattern,
                  .read = read_terminal_call,
                  .kind = kind,
                  .query = query});
}

route with_success(route r) {
  return relayed(std::move(r), error_words::relay_success);
}

} // namespace

void add_terminal_routes(route_registry& all) {
  all.add(with_success(operation_route("POST", "api/spawn", "spawn")));
  all.add(relayed(operation_route("GET", "api/spawned", "spawned")));
  all.add(with_success(operation_route("DELETE", "api/spawned/{name}", "release")));
  all.add(terminal_route("GET", "api/spawned/{name}", "info"));
  all.add(operation_route("GET", "api/spawned/{name}/worker", "terminal"));
  all.add(terminal_route("GET", "api/spawned/{name}/snapshot", "snapshot",
                         "timeout_ms priority format scrollback"));
  all.add(terminal_route("GET", "api/spawned/{name}/delivery-mode", "mode"));
  all.add(terminal_route("PUT", "api/spawned/{name}/delivery-mode", "mode"));
  all.add(terminal_route("GET", "api/spawned/{name}/mode", "mode"));
  all.add(terminal_route("PUT", "api/spawned/{name}/mode", "mode"));
  all.add(terminal_route("GET", "api/spawned/{name}/pending", "pending"));
  all.add(terminal_route("POST", "api/spawned/{name}/flush", "flush"));
  all.add(terminal_route("POST", "api/spawned/{name}/model", "model"));
  all.add(terminal_route("POST", "api/spawned/{name}/subscribe", "subscribe"));
  all.add(terminal_route("POST", "api/spawned/{name}/unsubscribe", "unsubscribe"));
  all.add(terminal_route("POST", "api/input/{name}", "input"));
  all.add(relayed({.method = "GET",
                   .pattern = "api/input/{name}/stream",
                   .read = read_input_socket,
                   .answers = answer_form::websocket,
                   .open_socket = open_input_socket}));
  all.add(terminal_route("POST", "api/resize/{name}", "resize"));
  all.add(with_success(terminal_route("POST", "api/send", "send")));
}

} // namespace troupe::front::http
