#include "tests/actors/cluster/coordination/support_coordination.hpp"

namespace troupe::testing {

namespace {

cluster::link_actor::behavior_type stand_in_link(cluster::link_actor::pointer self,
                                                 std::shared_ptr<told_link> r) {
  return {
      [](submissions&) {},
      [](atom::cancel, const reply_sink_ptr&, tag_id) {},
      [](atom::forget, const reply_sink_ptr&) {},
      [](atom::writable, const reply_sink_ptr&) {},
      [](call&) { return outcome{}; },
      [](cluster::routed_calls&) {},
      [r](cluster::link_view& v) { r->told.push_back(std::move(v)); },
      [r, self](atom::stop, fault& why) {
        r->stopped.push_back(std::move(why));
        self->quit();
      },
      [](cluster::link_outcomes&) {},
      [](cluster::link_chunks&) {},
      [](cluster::link_beat&) {},
      [](internal::timer, timer_id) {},
      [](internal::check_unsent) {},
      [](const call_query&) { return open_calls{}; },
      [](atom::cancel, call_number) { return open_call{}; },
      [](internal::search_calls) {},
  };
}

cluster::gate_actor::behavior_type stand_in_gate(cluster::gate_actor::pointer,
                                                 size_t* left) {
  return {
      [](cluster::link_open&) {},       [](cluster::link_calls&) {},
      [](cluster::link_cancel&) {},     [](cluster::link_taken&) {},
      [](cluster::link_beat&) {},       [](cluster::link_view&) {},
      [left](atom::leave) { ++*left; }, [](atom::drain) { return atom::drain_v; },
      [](internal::check_unsent) {},
  };
}

} // namespace

void coordination_fixture::start(const std::vector<std::string>& configured) {
  auto own = facts("beta");
  own.process = "another process than that of the test";
  members = std::make_shared<membership::member_list>(
      own, configured, 10s, [] { return 0.5; }, now());
  directory::table table;
  table.try_emplace("echo", keep(make_broker(std::make_shared<broker_record>())),
                    config::worker_traits{}, load);
  names.set(std::move(table));
  coordination::cluster_context with;
  with.members = members;
  with.view = view;
  with.directory = &names;
  with.events = events;
  with.log = context()->log;
  with.dial = [this](const membership::dial_order& o) { dialled.push_back(o.address); };
  with.make_link = [this](const peer_facts& who, const caf::strong_actor_ptr&,
                          const coordination::peer_connection_ptr&) {
    auto r = std::make_shared<told_link>();
    r->peer = who;
    links.push_back(r);
    return keep(sys.spawn(stand_in_link, r));
  };
  cluster = keep(sys.spawn(coordination::cluster_behavior, std::move(with)));
  tell(cluster, atom::join_v, keep(sys.spawn(stand_in_gate, &told_gate_to_leave)));
}

peer_facts coordination_fixture::facts(const std::string& name, uint64_t run) const {
  return {name, name + ":1", node_incarnation{run}, "1.0", to_string(sys.node())};
}

std::shared_ptr<fake_connection>
coordination_fixture::answered(const std::string& address, const peer_facts& who) {
  auto c = std::make_shared<fake_connection>();
  auto verdict = members->answered(address, who, now());
  BOOST_TEST_REQUIRE((verdict.what != membership::dial_verdict::kind::drop));
  tell(cluster, coordination::arrival{who, true, c});
  return c;
}

std::shared_ptr<fake_connection> coordination_fixture::knocked(const peer_facts& who) {
  auto c = std::make_shared<fake_connection>();
  BOOST_TEST_REQUIRE(!members->knock(who, now()));
  tell(cluster, coordination::arrival{who, false, c});
  return c;
}

void coordination_fixture::found_gate(fake_connection& c) {
  c.then(caf::actor_cast<caf::strong_actor_ptr>(events)); // anybody will do
  run();
}

void coordination_fixture::speaks(const peer_facts& who, const caf::node_id& process) {
  tell(
      cluster,
      cluster::peer_opened{
          {caf::actor_cast<caf::strong_actor_ptr>(events), who.name, who.incarnation, {}},
          process});
}

void coordination_fixture::reports(const peer_facts& who,
                                   cluster::link_condition condition) {
  tell(cluster, cluster::link_report{who.name, who.incarnation, condition, 2ms, {}});
}

void coordination_fixture::tells(const peer_facts& who,
                                 const std::vector<cluster::link_member>& rows,
                                 const std::string& told_pool, uint32_t free) {
  cluster::link_view v;
  v.members = rows;
  if (!told_pool.empty())
    v.pools.push_back({pool_number{1}, told_pool, {free, 0, 0, 4}});
  tell(cluster, cluster::peer_view{who.name, who.incarnation, v});
}

std::shared_ptr<fake_connection> coordination_fixture::comes(const peer_facts& who) {
  auto c = knocked(who);
  speaks(who, sys.node());
  reports(who, cluster::link_condition::up);
  return c;
}

} // namespace troupe::testing
