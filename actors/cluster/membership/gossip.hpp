#pragma once

#include "actors/cluster/messages.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// What nodes tell each other of themselves: only what has changed.
namespace troupe::membership {

/// A pool of this node.
struct own_pool {
  /// For as long as the node runs.
  pool_number number;
  std::string name;
  cluster::pool_figures load;
  /// See `link_pool`.
  bool has_terminal = false;
};

/// Returns whether `b` is worth telling whoever knows `a`: one of the figures has changed
/// by more than a quarter, or from or to nothing.
bool differs_much(const cluster::pool_figures& a, const cluster::pool_figures& b);

/// What one peer was told: one for each connection, since a new one knows nothing.
class told_to_peer {
public:
  /// Returns what the peer does not know yet, and takes it as told; nothing if that is
  /// not worth a message.
  std::optional<cluster::link_view> next(const std::vector<cluster::link_member>& members,
                                         const std::vector<own_pool>& pools);

private:
  std::vector<cluster::link_member> members_;
  std::map<pool_number, cluster::pool_figures> pools_;
};

/// The pools of one peer, as it has told.
class heard_from_peer {
public:
  struct pool {
    std::string name;
    cluster::pool_figures load = {};
    bool has_terminal = false;
  };

  /// Takes what the peer tells; returns whether a pool has come, gone or changed.
  bool take(const cluster::link_view& news);

  const std::map<pool_number, pool>& pools() const noexcept { return pools_; }

private:
  std::map<pool_number, pool> pools_;
};

} // namespace troupe::membership
