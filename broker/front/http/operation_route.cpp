#include "broker/front/http/operation_route.hpp"

#include "broker/front/http/http_query.hpp"
#include "broker/front/http/request_body.hpp"
#include "protocol/base/address.hpp"

namespace troupe::front::http {

namespace {

result<> read_operation(http_request& r, request_source& from) {
  // Some operations become calls of a pool, such as the beginning of a session.
  if (auto read = read_call_parameters(from.url, r.what); !read)
    return failure(malformed(std::move(read).error()));
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->kind);
  auto payload = operation_payload(from.segments, from.body);
  if (!payload)
    return failure(std::move(payload).error());
  r.what.payload = *std::move(payload);
  auto asked = read_agent_parameters(from.url);
  if (!asked)
    return failure(std::move(asked).error());
  if (!asked->empty())
    r.what.payload = shared_bytes{asked->object()};
  return {};
}

} // namespace

route operation_route(std::string_view method, std::string_view pattern,
                      std::string_view kind, std::string_view query) {
  return {.method = method,
          .pattern = pattern,
          .read = read_operation,
          .kind = kind,
          .query = query};
}

route relayed(route r, error_words errors) {
  r.errors = errors;
  return r;
}

} // namespace troupe::front::http
