#pragma once

#include "protocol/base/json_writer.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"
#include "protocol/web/web_frame.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Web calls for worker protocols that carry JSON: what `protocol/web/web_frame.hpp`
/// keeps apart, as one object.
namespace troupe::wires {

/// What a worker is told of a request: the head and the body of a web call, cut.
class web_request {
public:
  /// Takes the payload of a web call apart. Fails with `protocol_error` if it is none, as
  /// may come of another node.
  static result<web_request> read(std::string_view payload);

  /// Returns the value of a member of the head as JSON text; `null` if it has none.
  std::string_view head(std::string_view key) const;

  /// Returns the body as it came, or nothing if it was parsed: `parsed` is there instead.
  std::optional<std::string_view> body() const;

  /// Returns the tree of fields as JSON text, or nothing if the body was not parsed.
  std::optional<std::string_view> parsed() const;

private:
  explicit web_request(const web::web_frame& parts)
    : parts_(parts) {}

  web::web_frame parts_;
  bool is_parsed_ = false;
};

/// Appends the request as json-lines workers get it.
void append_for_json_lines(std::string& out, const web_request& r);

/// Appends the request as the parameters of folk's method `http.handle`.
void append_for_folk(std::string& out, const web_request& r);

/// A status below only announces another.
inline constexpr int64_t least_final_status = 200;

/// Returns the status that the head of an answer has: 100 to 599. Nothing if `head` is no
/// such object.
std::optional<int64_t> status_in(std::string_view head);

/// Turns what a worker says of its answer to a web call, part by part, into web frames:
/// `{"status","headers"?,"body"|"body_base64"}`, and further parts without a status.
class web_answer {
public:
  /// Returns the next part. Fails with `protocol_error` if it is none.
  /// @param json Valid JSON.
  /// @param last Whether it ends the answer.
  result<shared_bytes> read(std::string_view json, bool last);

private:
  /// The status and the headers are out, and not only those of a status 1xx.
  bool has_head_ = false;
};

} // namespace troupe::wires
