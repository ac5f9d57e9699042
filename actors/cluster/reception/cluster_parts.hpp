#pragma once

#include "actors/cluster/coordination/cluster_actor.hpp"
#include "actors/cluster/door/door.hpp"
#include "actors/cluster/view.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/os/tcp_listen.hpp"
#include "protocol/config/cluster.hpp"
#include "protocol/hello/introduction.hpp"

#include <caf/actor_system_config.hpp>
#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe::reception {

/// What a node needs of the system to be part of a cluster, and may fail to get.
struct cluster_setup {
  config::cluster config;
  /// The name of the node.
  std::string node;
  os::listening_sockets sockets;
  door::door_keys keys;
  hello::spoken_versions versions;
};

/// Takes it: listens, and reads the certificates.
/// @param versions How the program speaks to other nodes.
result<cluster_setup, std::string> prepare(const config::cluster& config,
                                           const std::string& node,
                                           hello::spoken_versions versions = {});

/// Makes `cfg` know CAF's network, and what nodes tell one another.
void configure(caf::actor_system_config& cfg);

/// The cluster of one node: GATE, ROUTE, CLUSTER, the door and CAF's network, all on one
/// loop. For one thread, which is not the loop's.
class cluster_parts {
public:
  /// Starts all of it.
  /// @param home Runs. It outlives this, and so does `directory`.
  cluster_parts(loop::event_loop& home, cluster_setup setup, troupe::directory& directory,
                events_actor events, std::shared_ptr<spdlog::logger> log);

  /// Ends the door, the connections and the actors. Answers that are on their way have
  /// some time to be read.
  ~cluster_parts();
  cluster_parts(const cluster_parts&) = delete;
  cluster_parts& operator=(const cluster_parts&) = delete;

  /// @{ The actors that others talk to, or watch.
  coordination::cluster_actor cluster() const;
  cluster::route_actor route() const;
  cluster::gate_actor gate() const;
  /// @}
  const std::shared_ptr<const cluster::view>& others() const noexcept { return others_; }

private:
  struct on_loop;

  loop::event_loop& home_;
  troupe::directory& directory_;
  /// What lives on the loop: is made and ended there.
  std::shared_ptr<on_loop> parts_;
  std::shared_ptr<const cluster::view> others_;
};

} // namespace troupe::reception
