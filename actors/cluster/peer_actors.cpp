#include "actors/cluster/peer_actors.hpp"

#include <caf/send.hpp>

#include <utility>

namespace troupe::cluster {

std::function<void()> reminder_of(caf::actor_addr whom) {
  return [weak = std::move(whom)] {
    if (auto me = caf::actor_cast<caf::actor>(weak))
      caf::anon_send(me, internal::check_unsent_v);
  };
}

} // namespace troupe::cluster
