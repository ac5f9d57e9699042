#pragma once

#include "actors/outbound/http_sender.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace troupe::outbound {

/// Reads the answer to one request out of the bytes of a server. Answers that only
/// announce another one (1xx) are skipped. What it keeps is bounded, whatever the server
/// sends.
class http_answer_reader {
public:
  enum class state : uint8_t {
    /// More bytes are needed.
    partial,
    /// The answer is there.
    whole,
    /// The answer is there, and the connection cannot be used for another request.
    last,
    /// The bytes are no answer of HTTP: see `why`.
    malformed,
  };

  http_answer_reader();

  /// Takes bytes of the server. @pre The state is `partial`.
  state feed(std::string_view bytes);

  /// The server sends no more. @pre The state is `partial`.
  state feed_end();

  /// Returns whether anything has come.
  bool has_begun() const noexcept { return taken_ > 0; }

  /// @pre The state is `whole` or `last`.
  const http_answer& answer() const noexcept { return answer_; }

  /// Returns for a person what is wrong. @pre The state is `malformed`.
  const std::string& why() const noexcept { return why_; }

private:
  using parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

  void begin();
  state read();
  state finish(bool can_go_on);
  state fail(std::string why);

  std::optional<parser> parser_;
  /// Fed, and not yet taken by the parser.
  std::string rest_;
  size_t taken_ = 0;
  /// Answers that were skipped.
  size_t skipped_ = 0;
  http_answer answer_;
  std::string why_;
};

/// Returns the time that a header `Retry-After` asks for: whole seconds, or until a date
/// of HTTP; nothing for another form.
/// @param now What a date is compared with. One that is over is 0 s.
std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now);

} // namespace troupe::outbound
