#pragma once

#include "broker/front/http/message/http_head.hpp"
#include "protocol/base/shared_bytes.hpp"
#include "protocol/base/trace_context.hpp"

/// What the headers of a request say of the call that it becomes.
namespace troupe::front::http {

/// Returns the text as the body of a JSON string.
shared_bytes json_body(std::string_view text);

/// Returns the `X-Request-Id` as the body of a JSON string; empty where there is none.
shared_bytes read_request_id(const http_fields& m);

/// Returns the trace that the headers give, or null.
trace_context_ptr read_trace(const http_fields& m);

} // namespace troupe::front::http
