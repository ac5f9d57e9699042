#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What a configuration says of the node's HTTP.
namespace troupe::config {

/// `tls` of `[http]`: files in PEM.
struct http_tls {
  /// The chain behind it.
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// If set, clients must show a certificate that is signed with this.
  std::optional<std::filesystem::path> client_authority;

  bool operator==(const http_tls&) const = default;
};

/// `[http]`
struct http {
  /// `host:port`, port 0 for any free one; empty for no HTTP (`"off"`).
  std::string listen = "127.0.0.1:7717";
  /// Empty: TROUPE_API_KEY, else a random one is made.
  std::string api_key;
  /// Without it HTTP is in the clear.
  std::optional<http_tls> tls;
  /// Enough to look and to follow events. Empty: TROUPE_VIEW_KEY, else there is none.
  std::string view_key;
  /// Of pages that may open WebSockets, beside the node's own. In lower case.
  std::vector<std::string> allow_origins;
  /// Whether the page at `/` is served.
  bool dashboard = true;

  bool operator==(const http&) const = default;
};

} // namespace troupe::config
