#pragma once

#include "protocol/base/ip_range.hpp"
#include "protocol/config/http.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What a configuration says of web fronts: HTTP applications in workers.
namespace troupe::config {

/// `uploads` of `[web.NAME]`
struct web_uploads {
  /// Where files are kept while their request runs; empty: `uploads` in the state
  /// directory.
  std::filesystem::path dir;
  /// Endings of names, such as `.jpg`, in lower case; empty: all that are not forbidden.
  std::vector<std::string> allow;
  std::vector<std::string> forbid = {".php"};

  bool operator==(const web_uploads&) const = default;
};

/// `static` of `[web.NAME]`
struct web_static {
  /// Absolute.
  std::filesystem::path dir;
  /// Endings of names, in lower case, that the application has for itself.
  std::vector<std::string> forbid = {".php"};

  bool operator==(const web_static&) const = default;
};

/// What requests of a web front are for its workers.
enum class web_mapping : uint8_t {
  /// Calls of the kind `http`.
  http,
  /// MCP's Streamable HTTP, over servers that speak JSON-RPC.
  mcp,
};

/// The keys of a web front with `mapping = "mcp"`.
struct web_mcp {
  /// The path of the endpoint.
  std::string path = "/mcp";
  /// Origins of pages that may connect, beside those of the front's own host.
  std::vector<std::string> allow_origins;
  /// Whether each session has a server of its own. Else all share those of the pool.
  bool own_servers = false;
  /// A server of one session that was not used for so long ends.
  std::chrono::milliseconds session_idle = std::chrono::minutes{30};

  bool operator==(const web_mcp&) const = default;
};

/// `access_log` of `[web.NAME]`
struct web_access_log {
  /// Each request is a record of the node's log.
  bool in_node_log = false;
  /// Gets a line for each request, in the common format. Relative to `state_dir`; empty
  /// for none.
  std::filesystem::path file;

  bool operator==(const web_access_log&) const = default;
};

/// `[web.NAME]`
struct web {
  std::string name;
  /// `host:port`, port 0 for any free one.
  std::string listen;
  /// As a call names it: `pool` or `pool@node`.
  std::string pool;
  web_mapping mapping = web_mapping::http;
  /// Without it HTTP is in the clear.
  std::optional<http_tls> tls;
  /// Bytes of the largest body of a request.
  uint64_t max_body = uint64_t{8} * 1024 * 1024;
  web_uploads uploads;
  /// Absent: all requests are for the application.
  std::optional<web_static> files;
  /// Whose `X-Forwarded-…` headers are believed.
  std::vector<ip_range> trusted_proxies;
  /// Whether the application parses the bodies of forms itself.
  bool raw_body = false;
  /// The status of a request to which the worker answered with an error.
  unsigned internal_error_code = 500;
  web_access_log access_log;
  web_mcp mcp;

  bool operator==(const web&) const = default;
};

} // namespace troupe::config
