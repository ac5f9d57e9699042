#pragma once

#include "broker/front/routes.hpp"
#include "protocol/call.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>
#include <variant>

namespace troupe {

using http_message = boost::beast::http::request<boost::beast::http::string_body>;

/// What an HTTP request asks for, with everything checked but the existence of its
/// target.
struct http_request {
  const route* where = nullptr;
  /// Whom the call is for; `$node` for operations.
  std::string to;
  call what;
  /// Goes back as `request_id`: the body of a JSON string. Empty where the client sent
  /// none.
  slice request_id;
};

/// Reads a request. Takes its body.
/// @param api_key What every route but the open ones needs.
/// @param now Becomes the moment the call was taken.
std::variant<http_request, fault> read_http_request(http_message& m,
                                                    std::string_view api_key,
                                                    steady_clock::time_point now);

/// Compares in a time that tells nothing about where the two differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace troupe
