#pragma once

#include "protocol/base/line_splitter.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/jsonrpc.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The two framings of JSON-RPC over a stream of bytes.
namespace troupe::wires::jsonrpc_framing {

/// What stands in the stream.
struct piece {
  enum class kind : uint8_t {
    message,
    /// Text that is neither a message nor a part of its framing.
    text,
  };
  kind what = kind::message;
  shared_bytes bytes;
};

/// Appends `message`, which has no line break.
void append(std::string& out, config::jsonrpc_framing framing, std::string_view message);

/// Cuts a stream of bytes into messages.
class splitter {
public:
  /// Bytes of the longest line before a message. The longest that servers send has the
  /// type of the content, in less than 100.
  static constexpr size_t most_header = 4096;

  /// @param most Bytes of the longest message that is accepted.
  splitter(config::jsonrpc_framing framing, size_t most);

  /// Takes bytes and appends the pieces that they complete. Fails if nothing after them
  /// can be understood.
  result<void, std::string> feed(const shared_bytes& bytes, std::vector<piece>& out);

private:
  result<void, std::string> feed_headers(const shared_bytes& bytes,
                                         std::vector<piece>& out);
  /// Takes what belongs to the message whose headers are complete; returns the rest.
  std::string_view take_body(const shared_bytes& bytes, std::string_view rest,
                             std::vector<piece>& out);
  result<void, std::string> take_header(std::string_view line, std::vector<piece>& out);

  config::jsonrpc_framing framing_;
  size_t most_;
  line_splitter lines_;
  /// Of headers: the line that is not complete; then what there is of the message.
  std::string carry_;
  /// The length that the headers give.
  std::optional<size_t> length_;
  bool in_body_ = false;
};

} // namespace troupe::wires::jsonrpc_framing
