#pragma once

#include "protocol/base/error.hpp"

#include <array>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

/// Answers of HTTP, as functions of bytes.
namespace troupe::front::http {

/// How the answer to a request is to look.
struct http_form {
  /// Whether the connection goes on after it.
  bool keep_alive = true;
  /// The request was a HEAD: the answer has no body.
  bool head = false;
  /// Of the body.
  std::string_view content_type = "application/json";
  /// The client speaks HTTP/1.0: it knows no chunks, and must be told that the connection
  /// goes on.
  bool http_1_0 = false;
};

/// Why a request is refused, with what HTTP says besides.
struct http_refusal {
  fault why;
  /// The status; 0 for that of the fault's code.
  unsigned status = 0;
  /// Further header lines, each with its line end.
  std::string headers = {};
  /// The members of the error object; empty for those of the fault.
  std::string members = {};
};

/// Of an answer that is no refusal.
inline constexpr unsigned ok_status = 200;

/// Returns the phrase of a status, e.g. `Not Found`; empty for one that has none.
std::string_view reason_of(unsigned status);

/// Appends the status line.
void append_status_line(std::string& out, unsigned status);

/// Appends the header that says whether the connection goes on, where one is needed.
void append_connection(std::string& out, http_form form);

/// Returns the line of the header that says when to try again, for errors that have it.
std::string retry_after(const fault& why);

/// Returns the status of the answer to a request that is refused.
unsigned status_of(const http_refusal& refusal);

/// The present time as HTTP writes it. Formats it once a second.
class http_date {
public:
  std::string_view now();

private:
  std::time_t formatted_ = 0;
  /// Each connection has one: no memory of its own for it.
  std::array<char, std::string_view{"Sun, 06 Nov 1994 08:49:37 GMT"}.size()> text_{};
};

/// Where in a text the length of a body stands, which is set later.
struct length_place {
  size_t at = 0;
  size_t digits = 0;
};

/// Appends the head of an answer whose body comes behind it.
/// @param expected Bytes of the body; if it has others, `set_http_length` says so.
/// @param more_headers Complete lines, each with its line end.
length_place append_http_head(std::string& out, unsigned status, size_t expected,
                              http_form form, std::string_view date,
                              std::string_view more_headers = {});

/// Sets the length of a body. Nothing is moved if it has as many digits as were expected.
void set_http_length(std::string& out, length_place where, size_t bytes);

/// Appends an answer whose body `append(std::string&)` appends: it is written where it is
/// sent from. (In a text of its own it cost five allocations of a call's answer.)
template <class Append>
void append_http_answer_with(std::string& out, unsigned status, size_t expected,
                             http_form form, std::string_view date, Append&& append) {
  auto length = append_http_head(out, status, expected, form, date);
  auto begin = out.size();
  append(out);
  auto bytes = out.size() - begin;
  if (form.head)
    out.resize(begin);
  set_http_length(out, length, bytes);
}

/// Appends an answer whose body is JSON.
/// @param date For its `Date`.
/// @param more_headers Complete lines, each with its line end.
void append_http_answer(std::string& out, unsigned status, std::string_view body,
                        http_form form, std::string_view date,
                        std::string_view more_headers = {});

/// Appends the answer to a request that failed, with its status and `Retry-After`.
/// @param request_id The body of a JSON string.
void append_http_fault(std::string& out, const http_refusal& refusal,
                       std::optional<std::string_view> request_id, http_form form,
                       std::string_view date);

/// Appends the head of a stream of server-sent events. Its parts are chunks; for a client
/// of HTTP/1.0, which knows none, the connection ends with the stream.
void append_http_stream_head(std::string& out, http_form form, std::string_view date);

/// Appends a part of a stream. @pre `text` is not empty.
void append_http_part(std::string& out, std::string_view text, http_form form);

/// Appends the end of a stream.
void append_http_last_part(std::string& out, http_form form);

} // namespace troupe::front::http
