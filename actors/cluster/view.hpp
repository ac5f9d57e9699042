#pragma once

#include "actors/cluster/messages.hpp"
#include "actors/interfaces/remote_pools.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cluster {

/// What the node knows of all others, as a snapshot that CLUSTER replaces as a whole and
/// that everybody else reads: the look-up of names, ROUTE, brokers. Thread-safe.
class view final : public remote_pools {
public:
  /// Another node.
  struct peer {
    node_state state = node_state::down;
    node_incarnation incarnation;
  };

  /// A pool at another node.
  struct place {
    std::string node;
    pool_figures load;
    bool has_terminal = false;
    /// See `link_pool`.
    uint64_t max_frame = limits::peer_frame;
  };

  /// Without this node and its pools.
  struct table {
    /// Every node that was ever heard of.
    std::map<std::string, peer, std::less<>> nodes;
    /// Where a pool runs; also at nodes that take no calls now. Of each in the order of
    /// the names.
    std::map<std::string, std::vector<place>, std::less<>> pools;

    /// Returns the state of a node; `down` for one that is not known.
    node_state state_of(std::string_view node) const;

    /// Returns whether the pool's calls may be sent there.
    bool takes_calls(const place& p) const {
      return cluster::takes_calls(state_of(p.node));
    }

    /// Returns whether they may be sent there if no other place takes them.
    bool is_last_resort(const place& p) const {
      return cluster::is_last_resort(state_of(p.node));
    }

    /// Returns where the pool runs; empty for one that is not known.
    const std::vector<place>& places_of(std::string_view pool) const;
  };

  /// @param own The name of this node.
  explicit view(std::string own)
    : own_(std::move(own))
    , table_(std::make_shared<const table>()) {}

  std::shared_ptr<const table> get() const { return table_.load(); }
  void set(table t) { table_.store(std::make_shared<const table>(std::move(t))); }

  const std::string& own() const noexcept { return own_; }

  /// Returns how many calls run at `node` in this pool at a time, as far as is known.
  uint32_t slots_of(std::string_view pool, std::string_view node) const;

  // -- remote_pools -----------------------------------------------------------------

  bool knows(std::string_view node) const override;
  bool runs(std::string_view pool) const override;
  bool takes_calls(std::string_view pool) const override;
  uint32_t room_elsewhere(std::string_view pool) const override;
  bool has_terminal(std::string_view pool, std::string_view node) const override;
  bool prefers_elsewhere(std::string_view pool, std::string_view key) const override;

private:
  std::string own_;
  std::atomic<std::shared_ptr<const table>> table_;
};

} // namespace troupe::cluster
