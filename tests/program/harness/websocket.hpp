#pragma once

#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace program {

/// A client of a node's WebSocket. Knows as little of the protocol as will do.
class websocket {
public:
  /// @param key The node's own if it is empty.
  websocket(const node_process& node, const std::string& target,
            const std::string& key = {})
    : stream_(stream::to_loopback(node.port())) {
    stream_.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                 + (key.empty() ? node.key() : key)
                 + "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    head = stream_.take_until("\r\n\r\n");
  }

  /// Sends one frame. Its mask is all zeros, which is as good as any.
  void send(std::string_view payload, int opcode = 1) {
    std::string frame{static_cast<char>(0x80 | opcode)};
    auto n = payload.size();
    if (n < 126) {
      frame += static_cast<char>(0x80 | n);
    } else {
      frame += static_cast<char>(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8)
        frame += static_cast<char>(n >> shift & 0xFF);
    }
    frame += std::string(4, '\0');
    frame += payload;
    stream_.send(frame);
  }

  /// Returns the payload of the next frame.
  reply next(milliseconds limit = patience) {
    auto head_bytes = stream_.take(2, limit);
    last_opcode = head_bytes[0] & 15;
    auto n = static_cast<size_t>(head_bytes[1] & 127);
    if (n >= 126) {
      auto length = stream_.take(n == 126 ? 2 : 8, limit);
      n = 0;
      for (auto c : length)
        n = n << 8 | static_cast<unsigned char>(c);
    }
    return {stream_.take(n, limit)};
  }

  /// Returns the next event of this kind.
  reply next_of(std::string_view kind) {
    for (;;)
      if (auto e = next(); e["kind"] == kind)
        return e;
  }

  program::stream& stream() { return stream_; }

  std::string head;
  int last_opcode = 0;

private:
  program::stream stream_;
};

} // namespace program
