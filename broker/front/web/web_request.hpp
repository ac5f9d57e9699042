#pragma once

#include "broker/front/http/message/http_head.hpp"

#include <string_view>

namespace troupe::front::web {

using http::to_view;

/// The head of a request, and what the front knows beside it. It looks into bytes of the
/// connection.
struct web_request {
  const http::http_fields& fields;
  /// Of the client, without a port: as a trusted proxy says, if the request came through
  /// one. So are `scheme` and `host`.
  std::string_view remote_address;
  /// `http` or `https`.
  std::string_view scheme;
  /// With the port, if the client named one.
  std::string_view host;

  std::string_view method() const;
  /// As in the request line: `/path?query`, `*`, or an absolute URL.
  std::string_view target() const;
  /// The path of the target alone, as it is spelled there.
  std::string_view path() const;
  /// Returns the value of the first header of this name, in any case; empty if there is
  /// none.
  std::string_view header(std::string_view name) const;
  /// Returns the value of the only header of this name, in any case; empty if there is
  /// none, or more than one.
  std::string_view only_header(std::string_view name) const;
};

} // namespace troupe::front::web
