#pragma once

#include "actors/cluster/coordination/cluster_actor.hpp"
#include "actors/cluster/view.hpp"
#include "actors/followers/followers_actor.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/metrics_source.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/slow_log_actor.hpp"
#include "actors/interfaces/span_recorder.hpp"
#include "actors/interfaces/worker_registry.hpp"
#include "actors/loop/loop.hpp"
#include "actors/node/operation_registry.hpp"
#include "actors/os/spawner.hpp"
#include "actors/session/sessions.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::node {

/// The clients of one front.
struct client_count {
  std::string front;
  size_t open = 0;
  size_t most = 0;
  /// Turned away, since there were too many.
  uint64_t refused = 0;
};

/// The addresses of a node for its clients, and the folder of its files.
struct node_place {
  /// The path of the clients' socket and the URL of HTTP, for those who ask.
  std::string socket;
  std::string url;
  std::string state_dir;
  /// A relative `cwd` of a pool that comes by request starts here.
  std::filesystem::path folder;
};

/// What SESSIONS works with, and the configuration of sessions.
struct session_resources {
  config::session config;
  std::shared_ptr<session::session_registry> registry;
  std::shared_ptr<session::session_acceptors> acceptors;
};

/// The parts of a configuration that a node which runs takes over from a file.
struct reread_config {
  std::vector<config::pool> pools;
  followers::follower_list followers;
  /// The tables of the file that have changed and are not taken over.
  std::vector<std::string> wait_for_restart = {};
};

/// Requests of NODE to the process that it runs in. NODE calls each on its own thread.
struct process_hooks {
  /// Called each time that an operator asks for the node to stop.
  std::function<void()> request_stop;
  /// Reads the configuration again, or returns what is wrong with it, for a person. Is
  /// told whether pools of the configuration run now. May take as long as the file system
  /// does.
  std::function<result<reread_config, std::string>(bool)> reread;
  /// Called when the node cannot go on, with the reason: it ends.
  std::function<void(std::string)> give_up;
  /// Where spans of calls go; null: nowhere. Used on any thread.
  std::shared_ptr<span_recorder> spans = {};
};

/// Requests of NODE to the fronts, on its own thread. Each may be absent.
struct front_hooks {
  /// Returns how many clients were let go because they did not read.
  std::function<uint64_t()> clients_let_go;
  /// Called with the longest frame of a pool that came or changed.
  std::function<void(uint64_t)> expect_frames;
  /// Counts the clients of each front.
  std::function<std::vector<client_count>()> clients;
};

/// The actors by which the node is part of a cluster; null where it is alone.
struct cluster_actors {
  coordination::cluster_actor cluster;
  cluster::route_actor route;
  cluster::gate_actor gate;

  /// Returns all of them, by their names: without one of them the node is no member that
  /// others could rely on.
  std::vector<std::pair<std::string, caf::actor>> parts() const {
    if (!cluster)
      return {};
    return {{"CLUSTER", caf::actor_cast<caf::actor>(cluster)},
            {"ROUTE", caf::actor_cast<caf::actor>(route)},
            {"GATE", caf::actor_cast<caf::actor>(gate)}};
  }
};

/// The members that the runtime of a node fills in when it starts NODE.
struct runtime_parts {
  /// The loops, for pools to live on, in turn.
  std::vector<loop::event_loop*> loops;
  troupe::directory* directory = nullptr;
  events_actor events;
  followers::followers_actor followers;
  cluster_actors cluster;
  /// What CLUSTER knows of the other nodes; null where the node is alone.
  std::shared_ptr<const cluster::view> others;
  /// Of the configuration: see `pool_sharing`.
  std::chrono::milliseconds spill_after{0};
  /// Null where none is kept.
  slow_log_actor slow_log = {};
  /// Whoever counts. Never null.
  metrics_sources_ptr metrics = std::make_shared<metrics_sources>();
};

/// The resources that NODE works with. All of them outlive the actor.
struct node_context {
  config::node config;
  node_place place;
  session_resources sessions;
  process_hooks process;
  front_hooks fronts;
  runtime_parts runtime;
  os::spawner* processes = nullptr;
  /// What pools choose from.
  pool_registries known;
  /// The operations of `$node`.
  std::shared_ptr<const operation_registry> operations =
      std::make_shared<const operation_registry>(built_in_operations());
  /// Further operations, which behaviours add: see `operation_pools`.
  std::vector<config::pool> operation_pools = {};
  std::shared_ptr<spdlog::logger> log;
  config::metrics_options metrics = {};
};

using node_context_ptr = std::shared_ptr<const node_context>;

} // namespace troupe::node
