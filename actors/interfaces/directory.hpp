#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/pool_load.hpp"
#include "actors/interfaces/remote_pools.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/worker_traits.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace troupe {

/// The actors that take calls, by the name under which clients call them. Fronts look a
/// name up for each batch of calls. NODE replaces the whole table when a pool comes or
/// goes; readers keep the table they have. Thread-safe.
class directory {
public:
  /// The actor that takes the calls for one name.
  struct entry {
    /// @param of_load May be null.
    entry(broker_actor of_pool, config::worker_traits of_workers = {},
          std::shared_ptr<const pool_load> of_load = nullptr)
      : callee(of_pool)
      , broker(std::move(of_pool))
      , workers(std::move(of_workers))
      , load(std::move(of_load)) {}
    entry(callee_actor other)
      : callee(std::move(other)) {
      workers.takes_sessions = false;
    }

    callee_actor callee;
    /// Null for what is no pool.
    broker_actor broker;
    /// The traits of the pool's workers. What is no pool takes no sessions.
    config::worker_traits workers;
    /// How busy the pool is; null for what is no pool, and where nobody wants to know.
    std::shared_ptr<const pool_load> load;
  };

  using table = std::map<std::string, entry, std::less<>>;

  /// @param node The name of this node.
  explicit directory(std::string node)
    : node_(std::move(node))
    , table_(std::make_shared<const table>()) {}

  std::shared_ptr<const table> get() const { return table_.load(); }

  void set(table t) { table_.store(std::make_shared<const table>(std::move(t))); }

  /// Returns what the workers of `pool` are like; nothing if there is no such name.
  std::optional<config::worker_traits> workers_of(std::string_view pool) const;

  /// Returns the worker that `name` means: a program that was spawned as that (it may
  /// have any name), a worker (`shell.0`), or a pool's first.
  std::string shown_worker(std::string_view name) const;

  /// EVENTS answers calls of kind `events` itself: whoever follows what is typed and
  /// printed does not wait for NODE. Not thread-safe: before clients come, and after.
  void set_events(callee_actor who) { events_ = std::move(who); }

  /// The node is part of a cluster from now on. ROUTE answers for pools that are not
  /// here. Not thread-safe: before pools and clients come, and after.
  void set_route(callee_actor route, std::shared_ptr<const remote_pools> others);

  /// The node stops from now on: pools that other nodes run, too, leave the table.
  /// Thread-safe.
  void set_stopping() { stopping_ = true; }

  /// Returns why no pool of this name is found here, when this node was meant.
  fault why_not_here(std::string_view pool) const;

  /// ROUTE, or null where the node is alone.
  const callee_actor& route() const noexcept { return route_.callee; }
  /// Null where the node is alone.
  const remote_pools* others() const noexcept { return others_.get(); }

  const std::string& node() const noexcept { return node_; }

  /// Returns who answers for `to` (as a client wrote it) and sets the worker in `c`, and
  /// the pool and the node where those are not only here; fails if nobody does.
  result<callee_actor> find(const table& t, std::string_view to, call& c) const;

  /// The same, as it stands in the table.
  result<const entry*> find_entry(const table& t, std::string_view to, call& c) const;

  /// Returns who answers at this node for a call that another one sent, or null.
  /// @param pool A pool, or `$node`.
  callee_actor find_here(const table& t, std::string_view pool, const call& c) const;

private:
  bool belongs_elsewhere(std::string_view pool, const call& c) const;
  result<const entry*> find_elsewhere(const address& where, call& c) const;

  std::string node_;
  callee_actor events_;
  entry route_{callee_actor{}};
  std::shared_ptr<const remote_pools> others_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::shared_ptr<const table>> table_;
};

} // namespace troupe
