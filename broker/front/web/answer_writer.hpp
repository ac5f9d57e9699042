#pragma once

#include "broker/front/http/message/http_answer.hpp"
#include "protocol/web/answer_head.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Heads of the answers of workers, as bytes.
namespace troupe::front::web {

using troupe::web::answer_head;

/// How a client knows where the body of an answer ends.
enum class body_end : uint8_t {
  /// There is no body.
  none,
  /// By `Content-Length`.
  length,
  /// By the last chunk.
  chunks,
  /// By the end of the connection.
  connection,
};

/// Returns whether an answer with this status may have a body.
bool has_body(unsigned status) noexcept;

/// Returns the `Content-Length` of a head, if there is one and it is a number.
std::optional<uint64_t> length_in(const answer_head& head);

/// Appends the head of an answer. Headers that are between two neighbours are left out,
/// and so are `Content-Length` and `Date`, which are the front's.
/// @param length Of the body, if `end` says so. With `body_end::none` it is told if there
/// is one: of the body that a GET had got.
void append_answer_head(std::string& out, const answer_head& head, http::http_form form,
                        body_end end, std::optional<uint64_t> length,
                        std::string_view date);

/// Appends a head of 1xx.
void append_interim_head(std::string& out, const answer_head& head);

/// Appends a short answer of the front's own, as text for people.
/// @param why Its message is the text; without one, it is the phrase of the status.
/// Returns the bytes of the body.
size_t append_refusal(std::string& out, const http::http_refusal& why,
                      http::http_form form, std::string_view date);

} // namespace troupe::front::web
