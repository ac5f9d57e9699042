#pragma once

#include "actors/cluster/messages.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::coordination {

/// A node of the cluster, as this one sees it.
struct node_report {
  std::string name;
  cluster::node_state state = cluster::node_state::down;
  std::string version;
  std::string advertise;
  node_incarnation incarnation;
  /// How long it has been in this state.
  std::chrono::milliseconds in_state{0};
  /// Nothing if it was not measured.
  std::optional<std::chrono::nanoseconds> round_trip;
  std::map<std::string, cluster::pool_figures> pools;
};

/// All nodes: this one first, the others by their names.
using cluster_report = std::vector<node_report>;

} // namespace troupe::coordination
