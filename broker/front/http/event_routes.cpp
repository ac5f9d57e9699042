#include "broker/front/http/http_query.hpp"
#include "broker/front/http/request_body.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

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

/// The operation `events` as it is: what has happened, or what happens next.
result<> read_listing(http_request& r, request_source& from) {
  if (auto read = read_follower(r, from, false); !read)
    return read;
  json_object_writer all;
  if (r.what.payload.view() != "null")
    all.append(json_text::members_in(r.what.payload.view()));
  for (auto parameter : from.url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "wait") {
      if (value != "1" && value != "0")
        return failure(malformed("wait: expected 1 or 0"));
      all.add("wait", value == "1");
    } else if (key == "output_since") {
      auto n = json_text::as_integer(value);
      if (!n || *n < 0)
        return failure(malformed("output_since: expected a whole number from 0"));
      all.add("output_since", *n);
    }
  }
  r.what.payload = shared_bytes{all.object()};
  return {};
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
           .pattern = "api/events/list",
           .read = read_listing,
           .kind = "events",
           .query = "since workers kinds node wait output_since"});
  all.add({.method = "GET",
           .pattern = "ws",
           .read = read_event_socket,
           .query = of_events,
           .answers = answer_form::websocket,
           .open_socket = open_event_socket,
           .socket_only_follows = true});
}

} // namespace troupe::front::http
