#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The frames of a WebSocket (RFC 6455), the server's side, as functions of bytes.
namespace troupe::front::websocket {

enum class opcode : uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// Status codes of a close frame (section 7.4.1).
enum class status : uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  not_utf8 = 1007,
  too_large = 1009,
  internal_error = 1011,
};

/// Returns whether `key` is a `Sec-WebSocket-Key`: 16 bytes in base64.
bool is_key(std::string_view key);

/// Returns the `Sec-WebSocket-Accept` for a client's `Sec-WebSocket-Key`.
std::string accept_key(std::string_view key);

/// Appends one frame, unmasked and whole.
void append_frame(std::string& out, opcode what, std::string_view payload);

/// Appends a close frame.
/// @param reason For whoever looks for the cause. It is cut to the 123 bytes that fit,
/// and left out if it is not UTF-8.
void append_close(std::string& out, status why, std::string_view reason = {});

/// Fails if the payload of a client's close frame has a code that no frame may carry,
/// half a code, or a reason that is not UTF-8.
result<void, status> validate_close(std::string_view payload);

/// Takes a client's bytes apart into messages.
class reader {
public:
  /// Takes a text, a binary message or a control frame, whole and unmasked.
  using handler = std::function<void(opcode, std::string)>;

  /// @param most Bytes of the largest message.
  explicit reader(size_t most)
    : most_(most) {}

  /// Fails with the reason if the connection must be closed. After that, and after a
  /// close frame, it takes nothing more.
  result<void, status> feed(std::string_view bytes, const handler& take);

private:
  /// Takes one frame from the front of `in`. Returns how many bytes it had, 0 if it is
  /// not complete, or why the connection must be closed.
  result<size_t, status> take_frame(std::string_view in, const handler& take);
  void unmask(std::string& payload, std::string_view mask) const;

  size_t most_;
  bool closed_ = false;
  std::string in_;
  /// A message whose last fragment has not come.
  std::optional<opcode> begun_;
  std::string message_;
};

} // namespace troupe::front::websocket
