#pragma once

#include "actors/node/node_runtime.hpp"

#include <caf/actor.hpp>

namespace troupe::serve {

/// Tells the service manager how the pools are, each time that this has changed: at most
/// once a second. As long as it lives.
class status_report {
public:
  /// @param node Outlives it.
  explicit status_report(node::node_runtime& node);
  ~status_report();
  status_report(const status_report&) = delete;
  status_report& operator=(const status_report&) = delete;

private:
  caf::actor_system& system_;
  caf::actor ticker_;
};

} // namespace troupe::serve
