#pragma once

#include "actors/node/node_runtime.hpp"
#include "broker/serve/liveness.hpp"
#include "broker/serve/node_news.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <memory>

namespace troupe::serve {

/// Tells the service manager at intervals that the node is alive: each time all I/O
/// loops, NODE and the main thread have answered since the last one. A node in which one
/// of them hangs says no more, and the service manager ends it. As long as it lives.
class watchdog {
public:
  /// @param timeout What the service manager waits for a sign of life.
  /// @param node, news Outlive it.
  watchdog(node::node_runtime& node, node_news& news, std::chrono::microseconds timeout,
           std::shared_ptr<spdlog::logger> log);
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

private:
  caf::actor_system& system_;
  liveness liveness_;
  caf::actor ticker_;
};

} // namespace troupe::serve
