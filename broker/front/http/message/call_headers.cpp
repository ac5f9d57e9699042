#include "broker/front/http/message/call_headers.hpp"

#include "protocol/base/json_text.hpp"

#include <iterator>
#include <string>

namespace troupe::front::http {

shared_bytes json_body(std::string_view text) {
  auto with_quotes = json_string(text);
  return shared_bytes{with_quotes.substr(1, with_quotes.size() - 2)};
}

shared_bytes read_request_id(const http_fields& m) {
  auto id = m["X-Request-Id"];
  return id.empty() ? shared_bytes{} : json_body(to_view(id));
}

trace_context_ptr read_trace(const http_fields& m) {
  auto [first, end] = m.equal_range("traceparent");
  if (first == end || std::next(first) != end) // of two, neither can be trusted
    return nullptr;
  std::string state;
  for (auto [i, last] = m.equal_range("tracestate"); i != last; ++i)
    join_tracestate(state, to_view(i->value()));
  return trace_context::parse(to_view(first->value()), state);
}

} // namespace troupe::front::http
