#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::config {

/// How a JSON-RPC message ends.
enum class jsonrpc_framing : uint8_t {
  /// Each is one line.
  lines,
  /// Each has headers before it, as those of language servers.
  content_length,
};

/// `[pool.NAME.jsonrpc]`
struct jsonrpc {
  jsonrpc_framing framing = jsonrpc_framing::lines;
  /// Members of the params of `initialize`, an object as JSON text: they replace those
  /// that the node would send.
  std::string initialize = "{}";
  /// The results of requests that servers make, as JSON text, by method.
  std::map<std::string, std::string> answers;
  /// The pools that requests of servers are calls to, by method.
  std::map<std::string, std::string> calls;
  /// Further methods of which a server sends no answer.
  std::vector<std::string> notifications;

  bool operator==(const jsonrpc&) const = default;
};

} // namespace troupe::config
