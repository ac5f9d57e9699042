#include "broker/front/http/request_body.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

/// What pools did lately.
namespace troupe::front::http {

namespace {

result<> read_history(http_request& r, request_source& from) {
  json_object_writer members;
  for (auto parameter : from.url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "step") {
      members.add("step", value);
    } else if (key == "since") {
      auto second = json_text::as_integer(value);
      if (!second)
        return failure(malformed("since: expected seconds since 1970, a whole number"));
      members.add("since", *second);
    } else if (key == "last") {
      auto rows = json_text::as_integer(value);
      if (!rows)
        return failure(malformed("last: expected a number of rows"));
      members.add("last", *rows);
    }
  }
  auto payload = operation_payload(from.segments, members.object());
  if (!payload)
    return failure(std::move(payload).error());
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->kind);
  r.what.payload = *std::move(payload);
  return {};
}

} // namespace

void add_history_routes(route_registry& all) {
  all.add({.method = "GET",
           .pattern = "api/pools/{name}/history",
           .read = read_history,
           .kind = "history",
           .query = "step since last",
           .about = path_subject::pool});
  all.add({.method = "GET",
           .pattern = "api/history",
           .read = read_history,
           .kind = "history",
           .query = "step since last"});
}

} // namespace troupe::front::http
