#include "actors/basp/network.hpp"

#include "actors/basp/loop_multiplexer.hpp"
#include "actors/basp/loop_scribe.hpp"
#include "actors/loop/pinned.hpp"
#include "protocol/base/limits.hpp"

#include <caf/actor_registry.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace troupe::basp {

namespace {

/// CAF finds the actor that a peer gets by a port. Nobody listens there.
constexpr uint16_t published_port = 1;

/// A connection that this node has dialled, before the peer has shown itself to CAF.
struct dial {
  caf::intrusive_ptr<loop_scribe> scribe;
  network::answer then;
};

using dials = boost::unordered_flat_map<uint64_t, dial>;

/// Asks the broker to take a connection that was dialled, since only an actor can.
using introducer_actor = caf::typed_actor<caf::reacts_to<caf::connect_atom, uint64_t>>;

struct introducer_state {
  explicit introducer_state(caf::local_actor*) {}
};

using introducer_self = loop::pinned_actor<introducer_actor, introducer_state>;

std::string explain(const caf::actor_system& system, const caf::error& e,
                    const live_connection& life) {
  if (auto why = life.refused())
    return "refused: " + std::string{name_of(*why)};
  return "no handshake of CAF: " + system.render(e);
}

/// @param open Shared with the network, which puts in what the introducer takes out.
introducer_actor::behavior_type introducer(introducer_self* self, caf::actor broker,
                                           const std::shared_ptr<dials>& open) {
  return {[self, broker, open](caf::connect_atom, uint64_t id) {
    auto begun = open->find(id);
    if (begun == open->end())
      return; // the network is gone
    auto scribe = begun->second.scribe;
    auto settle = [open, id](result<caf::strong_actor_ptr> what) {
      auto i = open->find(id);
      if (i == open->end())
        return;
      auto then = std::move(i->second.then);
      open->erase(i);
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
              settle(failure(code::node_down, std::move(why)));
            });
  }};
}

/// Peers find the actors that CAF registers by name, and have others spawned by one of
/// them.
void hide_named_actors(caf::actor_system& system) {
  system.registry().erase(caf::atom("SpawnServ"));
  system.registry().erase(caf::atom("ConfigServ"));
}

} // namespace

void configure(caf::actor_system_config& cfg, std::chrono::milliseconds heartbeat,
               std::chrono::milliseconds connection_timeout) {
  cfg.load<caf::io::middleman, loop_multiplexer>();
  cfg.set("middleman.manual-multiplexing", true);
  // A worker would be a hand-off to another thread for each message.
  cfg.set("middleman.workers", size_t{0});
  // The actor that dials for CAF is never asked to, and needs no thread.
  cfg.set("middleman.attach-utility-actors", true);
  cfg.set("middleman.heartbeat-interval", caf::timespan{heartbeat});
  cfg.set("middleman.connection-timeout", caf::timespan{connection_timeout});
}

struct network::parts {
  parts(loop::event_loop& l, caf::actor_system& s, bounds b)
    : home(l)
    , system(s)
    , limits(std::make_shared<const bounds>(std::move(b)))
    , multiplexer(dynamic_cast<loop_multiplexer&>(s.middleman().backend()))
    , broker(s.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"))) {}

  loop::event_loop& home;
  caf::actor_system& system;
  std::shared_ptr<const bounds> limits;
  loop_multiplexer& multiplexer;
  caf::actor broker;
  std::shared_ptr<dials> open = std::make_shared<dials>();
  introducer_actor introduces;
  uint64_t last_dial = 0;
  std::vector<caf::intrusive_ptr<loop_scribe>> scribes;
};

network::network(loop::event_loop& home, caf::actor_system& system, bounds limits)
  : parts_(std::make_unique<parts>(home, system, std::move(limits))) {
  hide_named_actors(system);
  parts_->multiplexer.attach(home);
  // Hidden: the system does not wait for it, since a loop that has ended cannot end it.
  caf::actor_config cfg{&home};
  auto fun = introducer;
  parts_->introduces = system.spawn_functor<caf::hidden>(std::true_type{}, cfg, fun,
                                                         parts_->broker, parts_->open);
}

network::~network() {
  caf::anon_send_exit(parts_->introduces, caf::exit_reason::user_shutdown);
  parts_->open->clear();
  // First this: what CAF does about the ends is not for the loop any more.
  parts_->multiplexer.detach();
  for (auto& scribe : parts_->scribes)
    scribe->end();
}

std::string network::node_id(const caf::actor_system& system) {
  return to_string(system.node());
}

bool network::knows(const std::string& peer) {
  std::erase_if(parts_->scribes, [](auto& x) { return !x->life()->is_open(); });
  if (peer.empty())
    return false;
  return std::any_of(parts_->scribes.begin(), parts_->scribes.end(),
                     [&](auto& x) { return x->life()->peer() == peer; });
}

caf::intrusive_ptr<loop_scribe> network::take_over(connection c, origin end) {
  frame_filter filter{end, node_id(parts_->system), c.peer, parts_->limits};
  auto scribe =
      caf::make_counted<loop_scribe>(parts_->home, parts_->multiplexer, std::move(c),
                                     std::move(filter), parts_->limits->most_out);
  parts_->scribes.push_back(scribe);
  return scribe;
}

std::shared_ptr<live_connection> network::dialled(connection c, answer then) {
  auto is_second = knows(c.peer);
  auto scribe = take_over(std::move(c), origin::dialled);
  if (is_second) {
    scribe->end();
    then(failure(code::conflict, "the node is connected already"));
    return scribe->life();
  }
  auto id = ++parts_->last_dial;
  parts_->open->emplace(id, dial{scribe, std::move(then)});
  caf::anon_send(parts_->introduces, caf::connect_atom::value, id);
  return scribe->life();
}

std::shared_ptr<live_connection>
network::accepted(connection c, const caf::strong_actor_ptr& published) {
  auto is_second = knows(c.peer);
  auto scribe = take_over(std::move(c), origin::accepted);
  if (is_second)
    scribe->end();
  else
    caf::anon_send(parts_->broker, caf::publish_atom::value, caf::io::scribe_ptr{scribe},
                   published_port, published, std::set<std::string>{});
  return scribe->life();
}

} // namespace troupe::basp
