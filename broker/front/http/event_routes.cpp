#include "broker/front/http/http_query.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/address.hpp"

namespace troupe::front::http {

namespace {

constexpr std::string_view of_events = "since sinceSeq since_seq workers kinds node";

/// Returns whose events the query asks for: `$node`, or that of the node it names.
std::string read_target(const boost::urls::url_view& url) {
  std::string target{node_target};
  for (auto parameter : url.params())
    if (std::string{parameter.key} == "node")
      target += '@' + std::string{parameter.value};
  return target;
}

/// @param from_start As for `read_event_parameters`.
result<> read_follower(http_request& r, request_source& from, bool from_start) {
  r.to = read_target(from.url);
  r.what.kind = shared_bytes::literal("events");
  auto last_id = from.fields["Last-Event-ID"];
  auto payload =
      read_event_parameters(from.url, {last_id.data(), last_id.size()}, from_start);
  if (!payload)
    return failure(std::move(payload).error());
  r.what.payload = *std::move(payload);
  return {};
}

result<> read_stream(http_request& r, request_source& from) {
  return read_follower(r, from, false);
}

result<> read_event_socket(http_request& r, request_source& from) {
  return read_follower(r, from, true);
}

std::unique_ptr<websocket::websocket_client>
open_event_socket(websocket::websocket_host& host, const http_request& r) {
  return websocket::make_event_client(host, r.to, r.what.payload);
}

} // namespace

void add_event_routes(route_registry& all) {
  all.add({.method = "GET",
           .pattern = "api/events",
           .read = read_stream,
           .query = of_events,
           .answers = answer_form::events});
  all.add({.method = "GET",
           .pattern = "ws",
           .read = read_event_socket,
           .query = of_events,
           .answers = answer_form::websocket,
           .open_socket = open_event_socket,
           .socket_only_follows = true});
}

} // namespace troupe::front::http
