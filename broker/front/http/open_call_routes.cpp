#include "broker/front/http/http_query.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

/// The calls that wait or run.
namespace troupe::front::http {

namespace {

/// What the query says of the calls to list, for the operation, which checks the values.
result<json_object_writer> read_filters(const boost::urls::url_view& url) {
  json_object_writer filters;
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "pool" || key == "state") {
      filters.add(key, value);
    } else if (key == "cluster" || key == "silent") {
      if (value != "1" && value != "0")
        return failure(malformed(key + ": expected 1 or 0"));
      filters.add(key, value == "1");
    } else if (key == "older_ms" || key == "limit") {
      auto n = json_text::as_integer(value);
      if (!n || *n < 0)
        return failure(malformed(key + ": expected a whole number from 0"));
      filters.add(key, *n);
    }
  }
  return filters;
}

result<> read_listing(http_request& r, request_source& from) {
  auto filters = read_filters(from.url);
  if (!filters)
    return failure(std::move(filters).error());
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->kind);
  r.what.payload = shared_bytes{filters->object()};
  return {};
}

result<> read_cancel(http_request& r, request_source& from) {
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->kind);
  r.what.payload =
      shared_bytes{json_object_writer{}.add("id", from.segments.front()).object()};
  return {};
}

} // namespace

void add_open_call_routes(route_registry& all) {
  all.add({.method = "GET",
           .pattern = "api/calls",
           .read = read_listing,
           .kind = "calls",
           .query = "pool state older_ms limit cluster silent"});
  all.add({.method = "DELETE",
           .pattern = "api/calls/{id}",
           .read = read_cancel,
           .kind = "cancel_call"});
}

} // namespace troupe::front::http
