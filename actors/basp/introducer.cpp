#include "actors/basp/introducer.hpp"

#include "protocol/base/cluster_limits.hpp"

#include <caf/io/system_messages.hpp>

#include <set>
#include <utility>

namespace troupe::basp {

namespace {

fault explain(const caf::actor_system& system, const caf::error& e,
              const live_connection& life) {
  if (auto why = life.refused())
    return {code::protocol_error, "refused: " + std::string{name_of(*why)}};
  return {code::node_down, "no answer after its hello: " + system.render(e)};
}

} // namespace

introducer_actor::behavior_type introducer(introducer_self* self, caf::actor broker,
                                           const std::shared_ptr<dials>& under_way) {
  return {[self, broker, under_way](caf::connect_atom, uint64_t id) {
    auto begun = under_way->find(id);
    if (begun == under_way->end())
      return; // the network is gone
    auto scribe = begun->second.scribe;
    auto settle = [under_way, id](result<caf::strong_actor_ptr> what) {
      auto i = under_way->find(id);
      if (i == under_way->end())
        return;
      auto then = std::move(i->second.then);
      under_way->erase(i);
      then(std::move(what));
    };
    self->request(broker, limits::peer_handshake, caf::connect_atom::value,
                  caf::io::scribe_ptr{scribe}, published_port)
        .then(
            [scribe, settle](const caf::node_id&, caf::strong_actor_ptr& who,
                             const std::set<std::string>&) {
              // CAF answers and hangs up if it has a connection to that node.
              if (!scribe->life()->is_open())
                return settle(failure(code::conflict, "the node is connected already"));
              if (!who)
                return settle(failure(code::not_found, "the node publishes no actor"));
              settle(std::move(who));
            },
            [self, scribe, settle](caf::error& e) {
              auto why = explain(self->system(), e, *scribe->life());
              scribe->life()->close();
              settle(failure(std::move(why)));
            });
  }};
}

} // namespace troupe::basp
