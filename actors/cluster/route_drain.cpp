#include "actors/cluster/call_results.hpp"
#include "actors/cluster/route.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>

/// The end of ROUTE: calls that are at other nodes come back first.
namespace troupe::cluster {

caf::result<atom::drain> route_state::drain() {
  draining = true;
  auto promise = self->make_response_promise<atom::drain>();
  drained.push_back(promise);
  // Not at once: LINKs have not counted what was just sent to them.
  self->delayed_send(self, limits::drain_look, internal::check_drained_v);
  return promise;
}

bool route_state::has_calls_away() const {
  return std::any_of(links.begin(), links.end(), [](auto& l) {
    size_t away = 0;
    for (auto& [pool, calls] : *l.second.open)
      away += pool == node_target ? 0 : calls;
    // Held calls of a caller that reads leave as others of it end: only those of callers
    // that do not read are left, and LINK ends them.
    return away > (l.second.held ? *l.second.held : 0);
  });
}

void route_state::check_drained() {
  if (drained.empty())
    return;
  if (has_calls_away()) {
    self->delayed_send(self, limits::drain_look, internal::check_drained_v);
    return;
  }
  // Their callers do not read: nobody knows for how long.
  refuse(held.take_all());
  for (auto& promise : std::exchange(drained, {}))
    promise.deliver(atom::drain_v);
}

void route_state::refuse(routed_calls calls) const {
  for (auto& c : calls)
    c.call.settle(failed({code::shutting_down,
                          "the node stopped before the call started",
                          {.never_started = true}}));
}

} // namespace troupe::cluster
