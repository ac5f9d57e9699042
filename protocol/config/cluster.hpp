#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a configuration says of the cluster that the node is part of.
namespace troupe::config {

/// `tls` of `[cluster]`: files in PEM. Both ends of a connection show a certificate.
struct cluster_tls {
  /// The node's own certificate, the chain behind it; its SAN holds the node's name.
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// What the certificates of peers are signed with.
  std::filesystem::path authority;

  bool operator==(const cluster_tls&) const = default;
};

/// `[cluster]`
struct cluster {
  /// Nodes of clusters with other names are refused.
  std::string name = "main";
  /// `host:port`, port 0 for any free one; empty: the node is alone.
  std::string listen;
  /// Where peers reach the node; empty: what `advertised_address` makes of `listen`.
  std::string advertise;
  /// Addresses of other nodes. One of them that lives is enough.
  std::vector<std::string> peers;
  std::optional<cluster_tls> tls;
  /// Whether plain TCP may leave this machine.
  bool insecure = false;
  /// A peer that was silent for so long is down, at the latest.
  std::chrono::milliseconds failure_timeout{5000};
  /// A call that waits longer may go to a node with room; 0: never.
  std::chrono::milliseconds spill_after{50};

  /// Whether there is anything of a cluster to be started.
  bool is_on() const noexcept { return !listen.empty(); }

  /// Returns how often a peer is told that the node lives: several may be lost before
  /// `failure_timeout` is over.
  std::chrono::milliseconds beat() const noexcept { return failure_timeout / 10; }

  bool operator==(const cluster&) const = default;
};

/// Returns where peers reach a node: `advertise` if it is set. Otherwise it is `listen`
/// with the port that was bound, and with the host's name for an address that means all
/// of them (`0.0.0.0`, `::`).
/// @param host The name of this host.
std::string advertised_address(const cluster& c, uint16_t port, std::string_view host);

} // namespace troupe::config
