#pragma once

#include "actors/cluster/messages.hpp"
#include "actors/interfaces/pool_load.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

/// Which node gets a call. What is decided here depends on nothing but the arguments, so
/// that each node decides alike.
namespace troupe::cluster {

/// A node that may get a call, and how busy the call's pool is there.
struct candidate {
  std::string_view node;
  pool_figures load;
};

/// Returns a number below its argument, which is at least 1.
using random_below = std::function<size_t(size_t)>;

/// Returns one that differs from node to node.
random_below make_random();

/// Returns how busy a pool of this node is now.
pool_figures figures_of(const pool_load& load);

/// Returns the load after `sent` calls: those that this node has open there and that the
/// peer's figures may not tell of yet.
pool_figures with_sent(pool_figures load, uint32_t sent);

/// Returns whether a call could start there at once.
constexpr bool has_room(const pool_figures& load) {
  return load.free > 0;
}

/// Returns whether a call would start sooner at `a` than at `b` if neither has room:
/// there are fewer calls before it for each slot.
bool has_shorter_wait(const pool_figures& a, const pool_figures& b);

/// Returns which of `all` gets a call that any node may run, or nullptr if there is none.
/// Of two with room, chosen at random, that which is less busy (the power of two choices:
/// nearly as good as the least busy of all, and nobody floods the one that was idle when
/// it was last heard of). If none has room, that with the shortest wait.
const candidate* choose(std::span<const candidate> all, const random_below& random);

/// Returns whether a call that a peer did not end may run at another node.
/// @param may_have_started False if it is certain that it did not.
bool may_run_elsewhere(const call& c, bool may_have_started,
                       steady_clock::time_point now);

/// Returns the call as the peer is told of it.
/// @param own The name of this node, where calls may wait for it.
link_call to_link_call(link_call_id id, const call& c, std::string_view own);

/// Returns the call that a peer told of.
call from_link_call(link_call&& c, std::string_view own);

/// Returns how much `key` belongs to `node`: the node with the highest affinity gets the
/// calls with that key (rendezvous hashing). The same number on every host and for ever:
/// all nodes must choose alike.
uint64_t node_affinity(std::string_view key, std::string_view node);

/// Returns which of `all` gets the calls with this key, or nullptr if there is none.
const candidate* choose_for_key(std::span<const candidate> all, std::string_view key);

} // namespace troupe::cluster
