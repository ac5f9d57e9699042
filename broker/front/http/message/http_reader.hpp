#pragma once

#include "broker/front/http/message/http_body.hpp"
#include "broker/front/http/message/http_head.hpp"
#include "protocol/base/rare.hpp"

#include <optional>

namespace troupe::front::http {

/// Takes a client's bytes apart into requests. It stops after each head, so that whether
/// the body is wanted is decided before a byte of it is kept. Everything but a body that
/// was accepted is bounded by `limits::http_head`.
///
/// Most clients send the same head over and over on one connection: the last one is kept
/// and not read again (measured: an eighth of the time that a request
/// costs the node).
class http_reader {
public:
  enum class event : uint8_t {
    /// More bytes are needed.
    none,
    /// A head has come: `accept` or `discard` what follows it.
    head,
    /// A request that was accepted is complete.
    request,
    /// A request that was discarded is over.
    dropped,
    /// These bytes are no request, or one that is too long. Where the next begins is
    /// unknown.
    refused,
  };

  /// Takes bytes from the front of `in` up to the next event.
  event next(std::string_view& in);

  /// @pre `next` has said `head` or `request`, and the request is not finished.
  const http_head& head() const { return *head_; }
  /// Whether that is, byte for byte, the head of the request before.
  bool is_same_head() const { return same_head_; }

  /// Keeps the body of the request, of at most so many bytes.
  void accept(size_t most_bytes);
  /// Hands the body of the request, of at most so many bytes, to `to` while it comes.
  void accept(size_t most_bytes, body_sink& to);
  /// Drops the body of the request.
  void discard();

  /// Returns the body of the complete request.
  std::string take_body() { return body_.release(); }
  /// Turns from the complete request to the next one.
  void finish_request();

  /// @pre `next` has said `refused`.
  const http_refusal& refusal() const { return *refusal_; }

  /// Whether it is between two requests: nothing of the next has come.
  bool is_idle() const { return text_.bytes.empty(); }
  /// Whether a request that was accepted is not complete.
  bool is_in_accepted_body() const { return has_head_ && !discards_; }
  bool is_discarding() const { return discards_; }

private:
  bool take_same_head(std::string_view& in);
  event take_head(std::string_view& in);
  event read_head();
  event take_body_bytes(std::string_view& in);
  event refuse(std::string message, unsigned status = 0, code what = code::bad_request);
  event refuse_length();

  /// A head, or as much of it as has come.
  struct head_text {
    std::string bytes;
    /// Where its last line begins.
    size_t line = 0;
    /// Bytes of empty lines before it.
    size_t blank = 0;
  };

  head_text text_;
  /// Of this request if `has_head_`, else of the one before.
  std::optional<http_head> head_;
  bool has_head_ = false;
  bool same_head_ = false;
  /// The text of the head of the request before.
  std::string last_text_;
  http_body body_;
  size_t most_ = 0;
  bool decided_ = false;
  bool discards_ = false;
  bool whole_ = false;
  rare<http_refusal> refusal_;
};

} // namespace troupe::front::http
