#include "actors/basp/network.hpp"

#include "actors/basp/introducer.hpp"
#include "actors/basp/loop_multiplexer.hpp"
#include "actors/basp/loop_scribe.hpp"

#include <caf/actor_registry.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace troupe::basp {

namespace {

/// Peers find the actors that CAF registers by name, and have others spawned by one of
/// them.
void hide_named_actors(caf::actor_system& system) {
  system.registry().erase(caf::atom("SpawnServ"));
  system.registry().erase(caf::atom("ConfigServ"));
}

} // namespace

void configure(caf::actor_system_config& cfg) {
  cfg.load<caf::io::middleman, loop_multiplexer>();
  cfg.set("middleman.manual-multiplexing", true);
  // A worker would be a hand-off to another thread for each message.
  cfg.set("middleman.workers", size_t{0});
  // The actor that dials for CAF is never asked to, and needs no thread.
  cfg.set("middleman.attach-utility-actors", true);
  cfg.set("middleman.heartbeat-interval", caf::timespan{0});
  cfg.set("middleman.connection-timeout", caf::timespan{0});
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
  std::shared_ptr<dials> under_way = std::make_shared<dials>();
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
  parts_->introduces = system.spawn_functor<caf::hidden>(
      std::true_type{}, cfg, fun, parts_->broker, parts_->under_way);
}

network::~network() {
  caf::anon_send_exit(parts_->introduces, caf::exit_reason::user_shutdown);
  parts_->under_way->clear();
  // First this: what CAF does about the ends is not for the loop any more.
  parts_->multiplexer.detach();
  for (auto& scribe : parts_->scribes)
    scribe->end();
}

std::string network::node_id(const caf::actor_system& system) {
  return to_string(system.node());
}

bool network::knows(const std::string& peer) const {
  auto& all = parts_->scribes;
  return !peer.empty() && std::any_of(all.begin(), all.end(), [&](auto& x) {
    return x->life()->is_open() && x->life()->peer() == peer;
  });
}

caf::intrusive_ptr<loop_scribe> network::take_over(connection c, origin end) {
  frame_filter filter{end, node_id(parts_->system), c.peer, parts_->limits};
  auto scribe =
      caf::make_counted<loop_scribe>(parts_->home, parts_->multiplexer, std::move(c),
                                     std::move(filter), parts_->limits->most_out);
  std::erase_if(parts_->scribes, [](auto& x) { return !x->life()->is_open(); });
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
  parts_->under_way->emplace(id, dial{scribe, std::move(then)});
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
