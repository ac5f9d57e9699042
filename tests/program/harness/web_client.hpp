#pragma once

#include "tests/program/harness/node_process.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace program {

/// What a web front has answered.
struct web_answer {
  int status = 0;
  /// The statuses of 1xx before it.
  std::vector<int> interim;
  /// Names in lower case.
  std::multimap<std::string, std::string> headers;
  std::string body;
  /// How many pieces the body came in; 0 if it had a length.
  size_t chunks = 0;

  /// Returns the values of a header, with `|` between them.
  std::string header(const std::string& name) const;
  /// Looks into a body of JSON.
  std::string operator[](std::string_view path) const { return reply{body}[path]; }
};

/// A connection to a web front, kept alive: like `http_client`, with chunked bodies,
/// statuses of 1xx and repeated headers.
class web_client {
public:
  explicit web_client(int port)
    : stream_(stream::to_loopback(port)) {}

  /// @param headers Further lines, each with its `\r\n`.
  void send(std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view headers = {});

  /// @param has_body False for an answer to HEAD.
  web_answer read(bool has_body = true, milliseconds limit = patience);

  web_answer request(std::string_view method, std::string_view target,
                     std::string_view body = {}, std::string_view headers = {});
  web_answer get(std::string_view target) { return request("GET", target); }

  program::stream& stream() { return stream_; }
  void close() { stream_.close(); }

private:
  program::stream stream_;
};

/// Returns the port of `[web.NAME]`, which the node tells in its log.
int web_port(const node_process& node, const std::string& name);

/// A file or a field of a form.
struct form_part {
  std::string name;
  std::string content;
  /// Empty for a field.
  std::string file = {};
  std::string type = {};
};

/// Returns the body of a form as `multipart/form-data`, with the header line for it.
std::pair<std::string, std::string> multipart(const std::vector<form_part>& parts);

} // namespace program
