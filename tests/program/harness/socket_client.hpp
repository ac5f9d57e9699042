#pragma once

#include "tests/program/harness/reply.hpp"
#include "tests/program/harness/stream.hpp"

#include <map>
#include <string>

namespace program {

/// A client of a node's unix socket.
class socket_client {
public:
  explicit socket_client(const std::string& path)
    : stream_(stream::to_unix(path)) {}

  /// Sends `line` as it is, and the end of a line.
  void send_line(std::string_view line);

  /// Sends a call.
  /// @param payload JSON text.
  /// @param more Further members, as in `"\"timeout_ms\":50"`.
  void send_call(std::string_view id, std::string_view to, std::string_view kind,
                 std::string_view payload = "null", std::string_view more = {});

  /// Returns the next answer, whosever it is.
  reply receive(milliseconds limit = patience);

  /// Returns the answer to `id`; others that come before it are kept for later.
  reply receive(std::string_view id, milliseconds limit = patience);

  /// Returns whether an answer has arrived; does not wait for one.
  bool has_answer();

  /// Sends a call and returns its answer.
  reply call(std::string_view to, std::string_view kind,
             std::string_view payload = "null", std::string_view more = {});

  program::stream& stream() { return stream_; }
  void close() { stream_.close(); }

private:
  program::stream stream_;
  std::map<std::string, reply> kept_;
  int next_id_ = 0;
};

} // namespace program
