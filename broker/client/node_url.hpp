#pragma once

#include "protocol/base/result.hpp"

#include <string>

namespace troupe::client {

/// A URL of a node, `http://HOST[:PORT][/PATH]` or `https://…`, taken apart.
struct node_url {
  /// Returns the parts, or what is wrong, for a person.
  static result<node_url, std::string> parse(const std::string& url);

  bool is_https = false;
  std::string host = {};
  std::string port = {};
  /// The host and port as in the URL.
  std::string authority = {};
  /// The text before the paths of the node.
  std::string prefix = {};
};

} // namespace troupe::client
