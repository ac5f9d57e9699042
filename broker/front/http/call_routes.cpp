#include "broker/front/http/http_query.hpp"
#include "broker/front/http/message/call_headers.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::front::http {

namespace {

/// A call to a pool or a worker: both names are in the path.
result<> read_call_head(http_request& r, const request_source& from) {
  if (auto read = read_call_parameters(from.url, r.what); !read)
    return failure(malformed(std::move(read).error()));
  r.to = from.segments[0];
  r.what.kind = json_body(from.segments[1]);
  return {};
}

/// The body is the payload.
result<> read_call(http_request& r, request_source& from) {
  if (from.body.empty())
    return {};
  if (auto valid = json_text::validate(from.body); !valid)
    return failure(malformed("the body is not JSON: " + valid.error()));
  shared_bytes body{std::move(from.body)};
  r.what.payload = body.cut(json_text::trim(body.view()));
  return {};
}

} // namespace

void add_call_routes(route_registry& all) {
  all.add({.method = "POST",
           .pattern = "api/call/{to}/{kind/}",
           .read = read_call,
           .read_head = read_call_head,
           .query = "timeout_ms idempotent priority key stream",
           .answers = answer_form::envelope});
}

} // namespace troupe::front::http
