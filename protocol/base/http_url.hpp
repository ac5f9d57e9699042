#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

/// Where a request of HTTP goes.
struct http_url {
  /// Whether the connection is encrypted (https).
  bool is_secure = false;
  /// An IP address without brackets, or a host name.
  std::string host;
  uint16_t port = 80;
  /// The host and the port as the URL spells them, for the header `Host`.
  std::string authority;
  /// The path with the query: begins with a slash.
  std::string target = "/";

  bool operator==(const http_url&) const = default;
};

/// Returns the parts of a URL of http or https; fails with what was expected. A name or a
/// password in it is a mistake: URLs are logged.
result<http_url, std::string> parse_http_url(std::string_view text);

} // namespace troupe
