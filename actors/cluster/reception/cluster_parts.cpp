#include "actors/cluster/reception/cluster_parts.hpp"

#include "actors/cluster/coordination/cluster.hpp"
#include "actors/cluster/gate.hpp"
#include "actors/cluster/link.hpp"
#include "actors/cluster/reception/incarnation.hpp"
#include "actors/cluster/reception/reception.hpp"
#include "actors/cluster/route.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/config/config.hpp"
#include "protocol/config/host_name.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/tls/rehearsal.hpp"

#include <caf/node_id.hpp>
#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>

#include <future>
#include <random>
#include <thread>

namespace troupe::reception {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// Runs `work` on the loop's thread and waits for it.
template <class F>
auto run_on(loop::event_loop& home, F work) {
  std::packaged_task<decltype(work())()> task{std::move(work)};
  auto done = task.get_future();
  home.post([&task] { task(); });
  return done.get();
}

/// What peers may send: everything that `messages.hpp` has, and nothing of CAF's own.
std::vector<std::string> expected_contents() {
  using namespace cluster;
  return {caf::type_name<link_calls>::value,  caf::type_name<link_outcomes>::value,
          caf::type_name<link_chunks>::value, caf::type_name<link_taken>::value,
          caf::type_name<link_cancel>::value, caf::type_name<link_open>::value,
          caf::type_name<link_beat>::value,   caf::type_name<link_view>::value};
}

static_assert(limits::peer_frame == config::default_frame);
static_assert(limits::largest_peer_frame == config::largest_frame);

hello::introduction introduce(const cluster_setup& s, const caf::actor_system& system) {
  hello::introduction own;
  own.cluster = s.config.name;
  own.node = s.node;
  own.incarnation = new_incarnation();
  own.versions = s.versions.range;
  own.process = basp::network::node_id(system);
  own.beat = s.config.beat();
  auto bound = config::parse_listen(s.sockets.address);
  own.advertise =
      config::advertised_address(s.config, bound ? bound->port : 0, config::host_name());
  own.program = TROUPE_VERSION;
  return own;
}

} // namespace

/// In the reverse of their order they end.
struct cluster_parts::on_loop {
  using make_link = decltype(coordination::cluster_context::make_link);

  /// Chances of one thread.
  struct chances {
    double fraction() { return std::uniform_real_distribution<>{}(engine); }
    size_t below(size_t n) {
      return std::uniform_int_distribution<size_t>{0, n - 1}(engine);
    }

    std::mt19937_64 engine{std::random_device{}()};
  };

  /// Returns what spawns LINKs. Call that once the actors below are there.
  make_link link_maker(loop::event_loop& home, const hello::introduction& own,
                       const cluster_setup& setup,
                       std::shared_ptr<const cluster::view> others);

  std::optional<basp::network> network;
  std::optional<reception> desk;
  std::optional<door::door> entrance;
  chances random;
  /// For the loop's thread.
  std::shared_ptr<cluster::all_peer_counts> counts =
      std::make_shared<cluster::all_peer_counts>();
  cluster::gate_actor gate;
  cluster::route_actor route;
  coordination::cluster_actor cluster;
};

cluster_parts::on_loop::make_link
cluster_parts::on_loop::link_maker(loop::event_loop& home, const hello::introduction& own,
                                   const cluster_setup& setup,
                                   std::shared_ptr<const cluster::view> others) {
  return [this, &home, own, others = std::move(others),
          timeout = setup.config.failure_timeout, more = setup.versions.more](
             const membership::peer_facts& who, const caf::strong_actor_ptr& remote,
             const coordination::peer_connection_ptr& connection) {
    cluster::link_context link;
    link.own = {own.node, node_incarnation{own.incarnation}, gate};
    link.peer = {who.name, who.incarnation, caf::actor_cast<cluster::gate_actor>(remote)};
    link.route = route;
    link.observer = cluster;
    link.failure_timeout = timeout;
    link.last_byte = [connection] { return connection->heard_at(); };
    link.more = more;
    link.counts = counts->of(who.name);
    link.peer_frame = [connection] { return connection->peer_frame(); };
    link.slots = [others, node = who.name](std::string_view pool) {
      return others->slots_of(pool, node);
    };
    return loop::spawn_on(home, cluster::link_behavior, std::move(link));
  };
}

result<cluster_setup, std::string> prepare(const config::cluster& config,
                                           const std::string& node,
                                           hello::spoken_versions versions) {
  cluster_setup all;
  all.config = config;
  all.node = node;
  all.versions = std::move(versions);
  auto sockets = os::listen_tcp(config.listen);
  if (!sockets)
    return failure("cluster.listen: " + sockets.error());
  all.sockets = std::move(*sockets);
  if (!config.tls)
    return all;
  tls::identity own{config.tls->certificate, config.tls->key};
  auto server =
      tls::context::for_server(own, config.tls->authority, tls::oldest_version::tls_1_3);
  auto client =
      tls::context::for_client(config.tls->authority, own, tls::oldest_version::tls_1_3);
  for (auto both : {&server, &client})
    if (!*both)
      return failure("cluster.tls: " + both->error());
  all.keys = {*server, *client};
  return all;
}

void configure(caf::actor_system_config& cfg) {
  basp::configure(cfg);
  cfg.add_message_types<caf::id_block::troupe_cluster>();
}

cluster_parts::cluster_parts(loop::event_loop& home, cluster_setup setup,
                             troupe::directory& directory, events_actor events,
                             std::shared_ptr<spdlog::logger> log)
  : home_(home)
  , directory_(directory)
  , parts_(std::make_shared<on_loop>()) {
  if (!setup.config.tls && setup.config.insecure)
    write_log(
        *log, spdlog::level::warn, {.event = "cluster_insecure"},
        "cluster: insecure = true: peers are not authenticated, and calls cross the "
        "network as plain text");
  if (auto& keys = setup.keys; keys.server)
    if (auto fits = tls::rehearse(keys.server, keys.client, setup.node); !fits)
      write_log(*log, spdlog::level::warn, {.event = "cluster_certificate_unfit"},
                "cluster.tls: peers would refuse this node: {}", fits.error());
  auto own = introduce(setup, home.system());
  auto view = std::make_shared<cluster::view>(setup.node);
  others_ = view;
  auto& p = *parts_;
  p.network.emplace(
      home, home.system(),
      basp::bounds{.contents = expected_contents(),
                   .introduction = caf::type_name<cluster::link_open>::value});
  auto members = std::make_shared<membership::member_list>(
      facts_of(own), setup.config.peers, 2 * setup.config.failure_timeout,
      [&p] { return p.random.fraction(); }, steady_clock::now());
  p.route = loop::spawn_on(home, cluster::route_behavior,
                           cluster::route_context{&directory, view, [&p](size_t n) {
                                                    return p.random.below(n);
                                                  }});
  coordination::cluster_context with;
  with.members = members;
  with.view = view;
  with.counts = p.counts;
  with.directory = &directory;
  with.events = std::move(events);
  with.log = log;
  with.dial = [&p](const membership::dial_order& order) {
    p.entrance->dial(order.address);
  };
  with.make_link = p.link_maker(home, own, setup, view);
  write_log(*log, spdlog::level::info, {.event = "cluster_listens"},
            "cluster {}: listening at {}, known to peers as {}", setup.config.name,
            setup.sockets.address, own.advertise);
  auto let_in = [members](const cluster::link_open& who, const caf::node_id& process) {
    return members->was_let_in(who.node, who.incarnation, to_string(process));
  };
  // All at once, so that nobody comes, or is dialled, before all are there.
  run_on(home, [&] {
    p.cluster = loop::spawn_on(home, coordination::cluster_behavior, std::move(with));
    cluster::gate_context gate{&directory, p.cluster, let_in,
                               std::move(setup.versions.more)};
    gate.counts = p.counts;
    p.gate = loop::spawn_on(home, cluster::gate_behavior, std::move(gate));
    caf::anon_send(p.cluster, atom::join_v, p.gate);
    p.desk.emplace(*p.network, members, caf::actor_cast<caf::strong_actor_ptr>(p.gate),
                   p.counts);
    p.desk->report_to(p.cluster);
    p.entrance.emplace(home, door::door_options{own, std::move(setup.keys)}, *p.desk);
    p.entrance->listen(std::move(setup.sockets.fds));
  });
  directory.set_route(p.route, others_);
}

// They are written once, before this is made, and cleared when it goes.
coordination::cluster_actor cluster_parts::cluster() const {
  return parts_->cluster;
}

cluster::route_actor cluster_parts::route() const {
  return parts_->route;
}

cluster::gate_actor cluster_parts::gate() const {
  return parts_->gate;
}

cluster_parts::~cluster_parts() {
  auto& p = *parts_;
  run_on(home_, [&p] { p.entrance->stop_listening(); });
  caf::scoped_actor self{home_.system()};
  self->request(p.gate, limits::flush_grace, atom::drain_v)
      .receive([](atom::drain) {}, [](caf::error&) {});
  auto waiting = [&] { return run_on(home_, [&p] { return p.desk->waiting(); }); };
  for (auto until = steady_clock::now() + limits::flush_grace;
       waiting() > 0 && steady_clock::now() < until;)
    std::this_thread::sleep_for(5ms);
  // CLUSTER ends the LINKs first.
  for (auto& who :
       {caf::actor_cast<caf::actor>(p.cluster), caf::actor_cast<caf::actor>(p.gate),
        caf::actor_cast<caf::actor>(p.route)}) {
    self->send_exit(who, caf::exit_reason::user_shutdown);
    self->wait_for(who);
  }
  directory_.set_route({}, {}); // which GATE has read until now
  run_on(home_, [&p] {
    p.entrance.reset();
    p.desk.reset();
    p.network.reset();
    p.cluster = nullptr;
    p.gate = nullptr;
    p.route = nullptr;
  });
}

} // namespace troupe::reception
