#pragma once

#include "actors/public/calls.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What a member of a cluster shows the others: files in PEM.
struct cluster_credentials {
  /// Its own certificate, and the chain behind it. Its SAN holds the name of the client.
  std::filesystem::path certificate = {};
  std::filesystem::path key = {};
  /// What the certificates of the nodes are signed with.
  std::filesystem::path authority = {};
};

/// How a client joins a cluster.
struct cluster_client_options {
  /// The name of the cluster (`cluster.name` of its nodes).
  std::string cluster = "main";
  /// Addresses of nodes, `host:port`. One that lives is enough: the rest is learned.
  std::vector<std::string> nodes = {};
  /// Unique in the cluster; empty: a random one. With `tls`, that of the certificate.
  std::string name = {};
  /// Where other nodes may connect to this one, as `cluster.listen`; port 0 for any free
  /// one.
  std::string listen = "127.0.0.1:0";
  /// Where they reach it, if that is not `listen`.
  std::string advertise = {};
  std::optional<cluster_credentials> tls = {};
  /// Whether plain TCP may leave this machine.
  bool insecure = false;
  /// As `cluster.failure_timeout`.
  std::chrono::milliseconds failure_timeout{5000};
  /// How long `join` waits for a node that runs a pool.
  std::chrono::milliseconds join_timeout{10'000};
  node_hooks hooks = {};
};

/// A member of a cluster without pools: calls pools by their names, wherever they run. It
/// is listed by `troupe nodes`, starts no process, and leaves the cluster at its end.
///
/// For one thread, but for what `caller` has.
class cluster_client : public caller {
public:
  /// Joins, and returns when a node with a pool is connected. Others may still be on
  /// their way: see `wait_for`. Fails with `bad_request` for options that are wrong, with
  /// `unavailable` if nobody let it in, with what they said.
  static result<cluster_client> join(cluster_client_options options);

  /// Leaves as `leave` does, with no patience.
  ~cluster_client();
  cluster_client(cluster_client&&) noexcept;
  cluster_client& operator=(cluster_client&&) noexcept;

  const std::string& name() const noexcept;

  /// Waits until a node that is connected runs `pool`; returns whether that is so.
  bool wait_for(std::string_view pool,
                std::chrono::milliseconds patience = std::chrono::seconds{10}) const;

  /// Makes no more calls and waits for those on their way, at most `patience`. Not for
  /// handlers and hooks.
  void leave(std::chrono::milliseconds patience = std::chrono::seconds{30});

private:
  using caller::caller;
};

} // namespace troupe
