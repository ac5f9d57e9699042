#pragma once

#include "broker/front/http/message/http_answer.hpp"
#include "protocol/base/result.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::front::http {

/// The request line and the headers of a request.
using http_fields = boost::beast::http::request<boost::beast::http::empty_body>;

/// Returns the same text, for those who know no other view.
inline std::string_view to_view(boost::string_view text) {
  return {text.data(), text.size()};
}

/// Returns the values of all headers of this name, as the one list that they are (RFC
/// 9110, section 5.3). Only for headers that are lists.
std::string list_value(const http_fields& fields, std::string_view name);

/// A head whose framing is beyond doubt.
struct http_head {
  http_fields fields;
  /// The body comes in chunks.
  bool chunked = false;
  /// Bytes of a body that is not chunked.
  uint64_t length = 0;
  /// The client waits for leave to send its body.
  bool expects_continue = false;
  /// How its answer is to look.
  http_form form;

  bool has_body() const { return chunked || length > 0; }
};

/// Reads a head. What could be framed in two ways is refused, since somebody before this
/// node may have chosen the other: two hosts, two lengths, a length and chunks, folded
/// lines.
/// @param text All of it, with the empty line at its end.
result<http_head, http_refusal> read_http_head(std::string_view text);

} // namespace troupe::front::http
