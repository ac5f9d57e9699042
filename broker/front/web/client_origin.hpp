#pragma once

#include "broker/front/http/message/http_head.hpp"
#include "protocol/base/ip_range.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::web {

/// Where a request came from, and what the client asked there.
struct client_origin {
  /// Without a port.
  std::string address;
  /// `http` or `https`.
  std::string scheme;
  std::string host;
};

/// Returns the origin of a request. What its `X-Forwarded-…` headers say counts only if
/// they came from a trusted proxy: the client is then the last address of
/// `X-Forwarded-For` that is none itself.
/// @param peer The other end of the connection.
/// @param scheme What the connection itself speaks.
client_origin find_origin(const http::http_fields& fields, std::string_view peer,
                          std::string_view scheme,
                          const std::vector<ip_range>& trusted_proxies);

} // namespace troupe::front::web
