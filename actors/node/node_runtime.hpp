#pragma once

#include "actors/cluster/reception/cluster_parts.hpp"
#include "actors/followers/followers_actor.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/metrics_actor.hpp"
#include "actors/node/loop_threads.hpp"
#include "actors/node/node.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace troupe::node {

/// Threads of CAF's own scheduler, for what is not on a loop: the screens of terminals.
/// NODE, EVENTS and SESSIONS have a thread each, so that neither a flood of events nor a
/// slow disk holds up operations.
inline constexpr size_t scheduler_threads = 2;

/// A whole node without its fronts: the actor system, the loops, the directory and the
/// actors of the node. Its members go in the reverse of their order, and all of it may be
/// made and ended any number of times in one process. For one thread, but for what is
/// thread-safe by itself.
class node_runtime {
public:
  /// What prepares an actor system before it starts.
  using system_setup = std::function<void(caf::actor_system_config&)>;

  /// Starts the threads. Throws std::system_error if one cannot be started.
  /// @param loops As `choose_loops` says.
  /// @param failed Is told, on a loop's thread, what work on a loop has thrown.
  /// @param cluster Of a node that is alone, nothing of it is loaded.
  /// @param plugins Registers what plugins need at the actor system; may be empty.
  node_runtime(const config::node& config, size_t loops,
               const loop::event_loop::failure_handler& failed,
               const config::cluster& cluster = {}, const system_setup& plugins = {});

  /// Ends the node as `end` does.
  ~node_runtime();
  node_runtime(const node_runtime&) = delete;
  node_runtime& operator=(const node_runtime&) = delete;

  /// Starts EVENTS, FOLLOWERS and NODE with its pools. Call once.
  /// @param with Its `runtime` is filled in here.
  /// @param pools The pools to begin with.
  /// @param earlier The sessions that an earlier node has left on record.
  /// @param cluster Nothing if the node is alone.
  /// @param followers The followers to begin with.
  void start(node_context with, const std::vector<config::pool>& pools,
             const std::vector<session::session_entry>& earlier,
             std::optional<reception::cluster_setup> cluster = {},
             followers::follower_list followers = {});

  /// Ends NODE and its pools, hands the last events to followers, for at most
  /// `limits::follower_farewell`, ends EVENTS, and waits until no actor is left. Other
  /// actors in `system` must end before: their owner sees to that. Workers that were not
  /// drained are killed.
  /// @param patience How long actors may take to end once all were told.
  /// @returns False if some are left: a behaviour does not return from its code. Nothing
  /// can end its thread, and the destructor would wait for it: end the process instead.
  bool end(std::chrono::milliseconds patience = std::chrono::seconds{2});

  caf::actor_system& system() noexcept { return system_; }
  troupe::directory& directory() noexcept { return directory_; }
  std::vector<loop::event_loop*> loops() const { return loops_.all(); }
  /// @pre `start` was called, and `end` was not.
  const node_actor& node() const noexcept { return node_; }
  const events_actor& events() const noexcept { return events_; }
  /// What is known of the other nodes; null for a node that is alone.
  std::shared_ptr<const cluster::view> others() const {
    return cluster_ ? cluster_->others() : nullptr;
  }

  /// Answers scrapes. @pre `start` was called, and `end` was not.
  const metrics_actor& metrics() const noexcept { return metrics_; }
  /// Whoever counts: others may add themselves. Never null.
  const metrics_sources_ptr& sources() const noexcept { return metrics_sources_; }

private:
  void end_followers();
  void start_slow_log(node_context& with);

  struct system_config : caf::actor_system_config {
    system_config(const config::cluster& cluster, const system_setup& plugins);
  };

  system_config config_;
  caf::actor_system system_;
  troupe::directory directory_;
  loop_threads loops_;
  /// Null for a node that is alone.
  std::unique_ptr<reception::cluster_parts> cluster_;
  metrics_actor metrics_;
  metrics_sources_ptr metrics_sources_ = std::make_shared<metrics_sources>();
  std::vector<metrics_sources::registration> counting_;
  events_actor events_;
  followers::followers_actor followers_;
  node_actor node_;
  slow_log_actor slow_log_;
};

} // namespace troupe::node
