#pragma once

#include "protocol/error.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Answers of HTTP, as functions of bytes.
namespace troupe {

/// How the answer to a request is to look.
struct http_form {
  /// Whether the connection goes on after it.
  bool keep_alive = true;
  /// The request was a HEAD: the answer has no body.
  bool head = false;
};

/// The head of an answer whose end is not known; the connection ends with it.
inline constexpr std::string_view http_stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\nConnection: close\r\n\r\n";

/// Appends an answer whose body is JSON.
/// @param more_headers Complete lines, each with its line end.
void append_http_answer(std::string& out, unsigned status, std::string_view body,
                        http_form form, std::string_view more_headers = {});

/// Appends the answer to a request that failed, with its status and `Retry-After`.
/// @param request_id The body of a JSON string.
void append_http_fault(std::string& out, const fault& why,
                       std::optional<std::string_view> request_id, http_form form);

} // namespace troupe
