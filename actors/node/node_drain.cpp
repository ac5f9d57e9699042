#include "actors/interfaces/fan_in.hpp"
#include "actors/node/node.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>
#include <utility>
#include <variant>

/// The end of a node in good order: its peers are told, what runs ends, the workers go.
namespace troupe::node {

caf::result<atom::drain> node_state::drain() {
  leave.drained = self->make_response_promise<atom::drain>();
  if (!std::exchange(draining, true))
    leave_cluster();
  check_drained();
  return leave.drained;
}

void node_state::check_drained() {
  if (draining && !leave.has_calls_away && all_pools_ended() && leave.drained.pending())
    leave.drained.deliver(atom::drain_v);
}

bool node_state::all_pools_ended() const {
  auto ended = [](auto& p) { return p.second.ended; };
  return std::all_of(pools.begin(), pools.end(), ended)
         && std::all_of(added.begin(), added.end(), ended);
}

void node_state::leave_cluster() {
  context->runtime.directory->set_stopping();
  publish_directory();
  auto& cluster = context->runtime.cluster;
  if (!cluster.cluster)
    return drain_pools();
  leave.has_calls_away = true;
  // Peers are told first: what they send meanwhile would be refused.
  auto next = [this] { drain_pools(); };
  self->request(cluster.cluster, limits::leave_patience, atom::leave_v)
      .then([next](atom::leave) { next(); }, [next](caf::error&) { next(); });
}

void node_state::drain_pools() {
  // A call that runs in one pool may need another: none ends before all are empty.
  auto all = std::make_shared<fan_in<std::monostate>>(
      [this](std::monostate) { await_calls_away(); });
  for (auto& [pool, entry] : pools) {
    auto done = all->expect([](std::monostate) {});
    self->request(entry.broker, caf::infinite, atom::drain_v)
        .then([done](atom::drain) mutable { done(); },
              [done](caf::error&) mutable { done(); });
  }
  all->close();
}

void node_state::await_calls_away() {
  if (!leave.has_calls_away)
    return end_pools();
  auto next = [this] {
    leave.has_calls_away = false;
    end_pools();
    check_drained();
  };
  self->request(context->runtime.cluster.route, caf::infinite, atom::drain_v)
      .then([next](atom::drain) { next(); }, [next](caf::error&) { next(); });
}

void node_state::end_pools() {
  // Worker exits from here on are part of the shutdown: sessions are not marked lost.
  auto end = [this] {
    for (auto& [pool, entry] : pools)
      self->send_exit(entry.supervisor, caf::exit_reason::user_shutdown);
    for (auto& [operation, entry] : added)
      end_pool(entry);
  };
  self->request(sessions, caf::infinite, atom::drain_v)
      .then([end](atom::drain) { end(); }, [end](caf::error&) { end(); });
}

} // namespace troupe::node
