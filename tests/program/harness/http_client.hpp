#pragma once

#include "tests/program/harness/reply.hpp"
#include "tests/program/harness/stream.hpp"

#include <map>
#include <string>

namespace program {

struct http_response {
  int status = 0;
  /// Names in lower case.
  std::map<std::string, std::string> headers;
  reply body;

  /// Looks into the body; see `reply`.
  std::string operator[](std::string_view path) const { return body[path]; }
};

/// A connection to a node's HTTP port, kept alive. Knows as little of HTTP as will do.
class http_client {
public:
  /// @param key Sent with each `request`; empty for none.
  http_client(int port, std::string key)
    : stream_(stream::to_loopback(port))
    , key_(std::move(key)) {}

  /// Sends a request and returns the answer.
  /// @param headers Further lines, each with its `\r\n`.
  http_response request(std::string_view method, std::string_view target,
                        std::string_view body = {}, std::string_view headers = {});
  http_response get(std::string_view target) { return request("GET", target); }
  http_response post(std::string_view target, std::string_view body = {}) {
    return request("POST", target, body);
  }

  /// Sends the request and leaves its answer for `read_response`.
  void send_request(std::string_view method, std::string_view target,
                    std::string_view body = {}, std::string_view headers = {});

  /// @param has_body False for an answer to HEAD.
  http_response read_response(bool has_body = true, milliseconds limit = patience);

  program::stream& stream() { return stream_; }
  void close() { stream_.close(); }

private:
  program::stream stream_;
  std::string key_;
};

} // namespace program
