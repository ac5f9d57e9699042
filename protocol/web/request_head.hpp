#pragma once

#include "protocol/web/body_reader.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::web {

/// What a front knows of a request. All of it looks into the front's own bytes.
struct request_facts {
  /// The client's address, without a port.
  std::string_view remote_address;
  /// E.g. `HTTP/1.1`.
  std::string_view protocol;
  std::string_view method;
  /// As in the request line: `/path?query`, `*`, or an absolute URL.
  std::string_view target;
  /// `http` or `https`.
  std::string_view scheme;
  std::string_view host;
  /// As they came, in their order.
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  /// What the front itself says to the worker; several values may have one name.
  std::vector<std::pair<std::string_view, std::string_view>> attributes = {};
};

/// Returns the head of a request as in `web_frame`. Names of headers are spelled as in
/// `Content-Type`; bytes that are not UTF-8 become U+FFFD.
/// @param body Its `body` is not part of the head. nullptr: there is none.
std::string request_head(const request_facts& facts, const parsed_body* body);

} // namespace troupe::web
