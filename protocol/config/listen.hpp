#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::config {

/// The address on which a server listens.
struct listen_address {
  /// An IP address without brackets, or a host name.
  std::string host;
  /// 0 for any free one.
  uint16_t port = 0;

  bool operator==(const listen_address&) const = default;
};

/// Returns the address that `text` spells as `host:port`, an IPv6 address in brackets as
/// in
/// `[::1]:80`; nothing for another form.
std::optional<listen_address> parse_listen(std::string_view text);

/// Returns whether `host` can be reached from this machine alone: 127.0.0.0/8, `::1` or
/// `localhost`. Any other spelling counts as reachable, which is the safe mistake.
bool is_loopback(std::string_view host);

/// Returns whether `host` means all addresses of this machine: nobody can connect to
/// that.
bool is_wildcard(std::string_view host);

/// Returns whether two servers cannot listen at these addresses at once. Of names that
/// are spelled differently only the wildcards are known to be the same.
bool is_one_place(const listen_address& a, const listen_address& b);

} // namespace troupe::config
