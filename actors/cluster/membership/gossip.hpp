#pragma once

#include "actors/cluster/messages.hpp"
#include "protocol/base/cluster_limits.hpp"

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
  uint64_t max_frame = limits::peer_frame;
};

/// Returns whether `b` is worth telling whoever knows `a`: one of the figures has changed
/// by more than a quarter, or from or to nothing.
bool differs_much(const cluster::pool_figures& a, const cluster::pool_figures& b);

/// What one peer was told: one for each connection, since a new one knows nothing.
class told_to_peer {
public:
  /// Returns what the peer does not know yet, and takes it as told; nothing if that is
  /// not worth a message.
  /// @param frame See `link_view`.
  std::optional<cluster::link_view> next(const std::vector<cluster::link_member>& members,
                                         const std::vector<own_pool>& pools,
                                         uint64_t frame = limits::peer_frame);

  /// The same, of the frame alone.
  std::optional<cluster::link_view> next(uint64_t frame);

private:
  struct told_pool {
    cluster::pool_figures load;
    uint64_t max_frame;
  };

  /// Returns what is to be told of the frame.
  uint64_t next_frame(uint64_t frame);

  std::vector<cluster::link_member> members_;
  std::map<pool_number, told_pool> pools_;
  uint64_t frame_ = limits::peer_frame;
};

/// The pools of one peer, as it has told.
class heard_from_peer {
public:
  struct pool {
    std::string name;
    cluster::pool_figures load = {};
    bool has_terminal = false;
    uint64_t max_frame = limits::peer_frame;
  };

  /// Takes what the peer tells; returns whether a pool has come, gone or changed.
  bool take(const cluster::link_view& news);

  const std::map<pool_number, pool>& pools() const noexcept { return pools_; }

  /// Returns the largest `max_frame` of all pools that the peer ever told of.
  uint64_t largest_frame() const noexcept { return largest_frame_; }

private:
  std::map<pool_number, pool> pools_;
  uint64_t largest_frame_ = 0;
};

} // namespace troupe::membership
