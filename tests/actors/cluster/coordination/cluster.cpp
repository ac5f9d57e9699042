#include "tests/actors/cluster/coordination/support_coordination.hpp"
#include "tests/actors/told_metrics.hpp"

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/json_writer.hpp"

namespace clusters_of_nodes {

using namespace troupe;
using namespace troupe::testing;
using cluster::link_condition;
using cluster::node_state;

} // namespace clusters_of_nodes

BOOST_FIXTURE_TEST_SUITE(clusters_of_nodes, coordination_fixture)

BOOST_AUTO_TEST_CASE(a_configured_node_is_dialled_and_up_once_it_speaks) {
  start({"a:1"});
  BOOST_TEST(dialled == std::vector<std::string>{"a:1"},
             boost::test_tools::per_element());
  auto alpha = facts("alpha");
  auto c = answered("a:1", alpha);
  BOOST_TEST(links.empty());
  found_gate(*c);
  BOOST_TEST_REQUIRE(links.size() == 1u);
  BOOST_TEST((state_of("alpha") == node_state::down));
  reports(alpha, link_condition::up);
  BOOST_TEST((state_of("alpha") == node_state::up));
  BOOST_TEST(count_events("node_up") == 1u);
  BOOST_TEST_REQUIRE(links[0]->told.size() == 1u);
  BOOST_TEST(links[0]->told[0].members.size() == 2u);
  BOOST_TEST(links[0]->told[0].pools.at(0).name == "echo");
}

BOOST_AUTO_TEST_CASE(an_attempt_that_failed_is_made_again) {
  start({"a:1"});
  tell(cluster,
       coordination::missed_connection{"a:1", membership::dial_failure::unreachable, {}});
  advance(90ms);
  BOOST_TEST(dialled.size() == 1u);
  advance(30ms);
  BOOST_TEST(dialled.size() == 2u);
}

BOOST_AUTO_TEST_CASE(whoever_speaks_must_be_the_one_that_was_let_in) {
  start({});
  auto alpha = facts("alpha");
  alpha.process = "somebody else";
  knocked(alpha);
  speaks(alpha, sys.node());
  BOOST_TEST(links.empty());
  speaks(facts("gamma"), sys.node()); // nobody knows it
  BOOST_TEST(links.empty());
}

BOOST_AUTO_TEST_CASE(one_who_speaks_for_others_is_told_of_once_a_second) {
  start({});
  for (int i = 0; i < 5; ++i)
    speaks(facts("gamma"), sys.node());
  BOOST_TEST(count_events("node_refused") == 1u);
  advance(1s + limits::gossip_rest); // nobody comes after them
  BOOST_TEST(count_events("node_refused") == 2u);
  json_object_writer out;
  write(out, published->back().members);
  auto said = out.object();
  BOOST_TEST(said.find("\"reason\":\"wrong_node\"") != std::string::npos, said);
  BOOST_TEST(said.find("\"times\":4") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(one_that_does_not_speak_in_time_is_let_go) {
  start({});
  auto c = knocked(facts("alpha"));
  advance(limits::link_opening + 200ms);
  BOOST_TEST(c->closed);
  BOOST_TEST(count_events("node_down") == 0u); // it never was up
}

BOOST_AUTO_TEST_CASE(one_that_hangs_up_before_it_speaks_may_come_back_at_once) {
  start({});
  auto c = knocked(facts("alpha"));
  c->ended = true;
  advance(limits::gossip_period + 10ms);
  BOOST_TEST(c->closed);
  comes(facts("alpha", 2));
  BOOST_TEST((state_of("alpha") == node_state::up));
}

BOOST_AUTO_TEST_CASE(many_that_hang_up_before_they_speak_are_one_refusal_a_second) {
  start({});
  for (int i = 0; i < 20; ++i) {
    auto who = facts("z" + std::to_string(i));
    who.process += std::to_string(i);
    knocked(who)->ended = true;
  }
  auto asked = ask(cluster, atom::status_v);
  BOOST_TEST(answer_of<coordination::cluster_report>(asked).size() == 1u);
  advance(limits::gossip_rest + 10ms);
  BOOST_TEST(members->members().empty());
  BOOST_TEST(count_events("node_refused") == 1u);
  advance(1s + limits::gossip_rest);
  BOOST_TEST(count_events("node_refused") == 2u);
  json_object_writer out;
  write(out, published->back().members);
  auto said = out.object();
  BOOST_TEST(said.find("\"reason\":\"not_speaking\"") != std::string::npos, said);
  BOOST_TEST(said.find("\"times\":19") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(a_node_is_doubted_lost_and_comes_back) {
  start({});
  auto alpha = facts("alpha");
  auto c = comes(alpha);
  reports(alpha, link_condition::suspect);
  BOOST_TEST((state_of("alpha") == node_state::suspect));
  reports(alpha, link_condition::up);
  BOOST_TEST((state_of("alpha") == node_state::up));
  reports(alpha, link_condition::down);
  BOOST_TEST((state_of("alpha") == node_state::down));
  BOOST_TEST(c->closed);
  BOOST_TEST(links[0]->stopped.size() == 1u);
  comes(facts("alpha", 2));
  BOOST_TEST((state_of("alpha") == node_state::up));
  BOOST_TEST(count_events("node_suspect") == 1u);
  BOOST_TEST(count_events("node_down") == 1u);
  BOOST_TEST(count_events("node_up") == 3u);
}

BOOST_AUTO_TEST_CASE(reports_of_an_earlier_run_are_ignored) {
  start({});
  auto alpha = facts("alpha");
  comes(alpha);
  reports(alpha, link_condition::down);
  comes(facts("alpha", 2));
  reports(alpha, link_condition::down);
  BOOST_TEST((state_of("alpha") == node_state::up));
}

BOOST_AUTO_TEST_CASE(what_the_smaller_name_dials_takes_the_place_of_the_other) {
  start({"gamma.example:1"});
  auto gamma = facts("gamma");
  auto theirs = knocked(gamma);
  auto own = answered("gamma.example:1", gamma);
  BOOST_TEST(theirs->closed);
  found_gate(*own);
  reports(gamma, link_condition::up);
  BOOST_TEST((state_of("gamma") == node_state::up));
}

BOOST_AUTO_TEST_CASE(pools_of_others_are_known_until_they_are_forgotten) {
  start({});
  auto alpha = facts("alpha");
  comes(alpha);
  tells(alpha, {}, "sum", 3);
  BOOST_TEST(view->runs("sum"));
  BOOST_TEST(view->room_elsewhere("sum") == 3u);
  reports(alpha, link_condition::down);
  BOOST_TEST(view->runs("sum")); // who calls it is told that the node is down
  BOOST_TEST(view->room_elsewhere("sum") == 0u);
  advance(100ms);
  auto again = facts("alpha", 2);
  comes(again);
  BOOST_TEST(view->runs("sum")); // the new run has told nothing yet
  tells(again, {}, "product");
  BOOST_TEST(!view->runs("sum"));
  BOOST_TEST(view->runs("product"));
}

BOOST_AUTO_TEST_CASE(the_view_of_thousands_of_pools_is_not_written_at_each_change) {
  start({});
  auto alpha = facts("alpha");
  comes(alpha);
  cluster::peer_view v{"alpha", alpha.incarnation, {}};
  for (uint64_t n = 1; n <= 3000; ++n)
    v.view.pools.push_back({pool_number{n}, "p" + std::to_string(n), {}});
  tell(cluster, v);
  BOOST_TEST_REQUIRE(view->get()->pools.size() == 3000u);
  auto written = view->get();
  v.view.pools.resize(1);
  for (uint32_t free = 1; free <= 100; ++free) {
    v.view.pools[0].load.free = free;
    tell(cluster, v);
  }
  BOOST_TEST((view->get() == written));
  advance(50ms);
  BOOST_TEST(view->get()->places_of("p1").at(0).load.free == 100u);
}

BOOST_AUTO_TEST_CASE(what_a_peer_tells_before_its_first_beat_is_kept) {
  start({});
  auto alpha = facts("alpha");
  knocked(alpha);
  speaks(alpha, sys.node());
  tells(alpha, {}, "sum", 3); // names are told once
  reports(alpha, link_condition::up);
  BOOST_TEST(view->room_elsewhere("sum") == 3u);
}

BOOST_AUTO_TEST_CASE(a_node_that_a_peer_tells_of_is_dialled) {
  start({});
  auto alpha = facts("alpha");
  comes(alpha);
  tells(alpha, {{"gamma", "gamma:1", node_incarnation{1}, node_state::up, "1"}});
  advance(110ms);
  BOOST_TEST(dialled == std::vector<std::string>{"gamma:1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(peers_are_told_what_changes_and_not_too_often) {
  start({});
  load->free = 4;
  comes(facts("alpha"));
  auto& told = links.at(0)->told;
  auto at_first = told.size();
  advance(1s);
  BOOST_TEST(told.size() == at_first);
  for (uint32_t i = 1; i <= 50; ++i) { // by more than a quarter in 100 ms
    load->running = 100 * i * i;
    advance(10ms);
  }
  auto n = told.size() - at_first;
  BOOST_TEST(n >= 3u);
  BOOST_TEST(n <= 6u);
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_tells_its_peers_and_dials_nobody) {
  start({"c:1"});
  comes(facts("alpha"));
  auto before = dialled.size();
  auto asked = ask(cluster, atom::leave_v);
  answer_of<atom::leave>(asked);
  BOOST_TEST(told_gate_to_leave == 1u);
  auto& last = links.at(0)->told.back();
  BOOST_TEST_REQUIRE(!last.members.empty());
  BOOST_TEST((last.members[0].state == node_state::leaving));
  tell(cluster,
       coordination::missed_connection{"c:1", membership::dial_failure::unreachable, {}});
  advance(10s);
  BOOST_TEST(dialled.size() == before);
}

BOOST_AUTO_TEST_CASE(the_report_has_this_node_first_and_what_is_known_of_others) {
  start({});
  load->free = 4;
  auto alpha = facts("alpha");
  comes(alpha);
  tells(alpha, {}, "sum", 3);
  advance(50ms);
  auto asked = ask(cluster, atom::status_v);
  auto report = answer_of<coordination::cluster_report>(asked);
  BOOST_TEST_REQUIRE(report.size() == 2u);
  BOOST_TEST(report[0].name == "beta");
  BOOST_TEST(report[0].pools.at("echo").free == 4u);
  BOOST_TEST(report[1].name == "alpha");
  BOOST_TEST((report[1].state == node_state::up));
  BOOST_TEST((report[1].in_state == 50ms));
  BOOST_TEST((report[1].round_trip == 2ms));
  BOOST_TEST(report[1].pools.at("sum").free == 3u);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_an_event_with_its_reason) {
  start({});
  tell(cluster, coordination::refusal_notice{"name_taken", "a twin", "alpha", "a:1", true,
                                             quantity{3}});
  BOOST_TEST_REQUIRE(count_events("node_refused") == 1u);
  json_object_writer out;
  write(out, published->back().members);
  auto said = out.object();
  BOOST_TEST(said.find("\"reason\":\"name_taken\"") != std::string::npos);
  BOOST_TEST(said.find("\"times\":3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    peers_that_break_the_rules_are_told_of_once_a_second_and_all_counted) {
  start({});
  coordination::refusal_notice broken{"frame_too_long", "closed", "alpha", "a:1"};
  broken.was_let_in = true;
  for (int i = 0; i < 3; ++i)
    tell(cluster, broken);
  tell(cluster, coordination::refusal_notice{"name_taken", "a twin", "beta", "b:1", true,
                                             quantity{7}});
  BOOST_TEST(count_events("node_refused") == 2u);
  auto asked = ask(cluster, atom::measure_v);
  auto told = told_metrics(answer_of<metrics_snapshot_ptr>(asked));
  BOOST_TEST(told["troupe_cluster_refusals_total frame_too_long"] == 3);
  BOOST_TEST(told["troupe_cluster_refusals_total name_taken"] == 7);
  advance(1s + limits::gossip_rest);
  BOOST_TEST(count_events("node_refused") == 3u);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_lost_is_told_of_with_the_reason) {
  start({});
  auto alpha = facts("alpha");
  comes(alpha);
  tell(cluster, cluster::link_report{"alpha",
                                     alpha.incarnation,
                                     link_condition::down,
                                     {},
                                     {code::node_down, "node alpha does not answer"}});
  BOOST_TEST_REQUIRE(count_events("node_down") == 1u);
  json_object_writer out;
  write(out, published->back().members);
  auto said = out.object();
  BOOST_TEST(said.find("\"message\":\"node alpha does not answer\"") != std::string::npos,
             said);
}

BOOST_AUTO_TEST_CASE(a_peer_with_a_pool_for_long_messages_may_send_them_and_is_told_so) {
  start({});
  auto alpha = facts("alpha");
  auto c = comes(alpha);
  auto before = links[0]->told.size();
  cluster::link_view v;
  v.pools.push_back({pool_number{1}, "films", {}, false, 4 * limits::peer_frame});
  tell(cluster, cluster::peer_view{"alpha", alpha.incarnation, v});
  BOOST_TEST(c->expected == 4 * limits::peer_frame);
  // At once: the first call for the pool must not overtake it.
  BOOST_TEST_REQUIRE(links[0]->told.size() == before + 1);
  BOOST_TEST(links[0]->told.back().frame == 4 * limits::peer_frame);
  BOOST_TEST(view->get()->places_of("films").at(0).max_frame == 4 * limits::peer_frame);
  v.pools[0].max_frame = 1024;
  tell(cluster, cluster::peer_view{"alpha", alpha.incarnation, v});
  BOOST_TEST(c->expected == 4 * limits::peer_frame);
}

BOOST_AUTO_TEST_CASE(calls_for_a_pool_of_this_node_may_be_as_long_as_it_takes) {
  start({});
  load->max_frame = 2 * limits::peer_frame;
  auto c = comes(facts("alpha"));
  BOOST_TEST(c->expected == 2 * limits::peer_frame);
  BOOST_TEST_REQUIRE(links[0]->told.size() == 1u);
  BOOST_TEST(links[0]->told[0].frame == 2 * limits::peer_frame);
  BOOST_TEST(links[0]->told[0].pools.at(0).max_frame == 2 * limits::peer_frame);
  load->max_frame = 3 * limits::peer_frame; // after a reload
  advance(2 * limits::gossip_period);
  BOOST_TEST(c->expected == 3 * limits::peer_frame);
  BOOST_TEST(links[0]->told.back().frame == 3 * limits::peer_frame);
}

BOOST_AUTO_TEST_CASE(what_a_peer_reckons_with_is_known_to_its_link) {
  start({});
  auto alpha = facts("alpha");
  auto c = comes(alpha);
  BOOST_TEST(c->peer_frame() == limits::peer_frame);
  cluster::link_view v;
  for (uint64_t told : {uint64_t{0}, 5 * limits::peer_frame, uint64_t{1}}) {
    v.frame = told;
    tell(cluster, cluster::peer_view{"alpha", alpha.incarnation, v});
  }
  BOOST_TEST(c->peer_frame() == 5 * limits::peer_frame);
}

BOOST_AUTO_TEST_CASE(metrics_tell_which_peers_are_up_and_how_often_they_came_back) {
  start({});
  auto measure = [&] {
    auto asked = ask(cluster, atom::measure_v);
    return told_metrics(answer_of<metrics_snapshot_ptr>(asked));
  };
  auto alpha = facts("alpha");
  comes(alpha);
  tell(cluster,
       cluster::link_report{"alpha", alpha.incarnation, link_condition::up, 2ms, {}});
  auto told = measure();
  BOOST_TEST(told["troupe_cluster_peer_up alpha"] == 1);
  BOOST_TEST(told["troupe_cluster_peer_rtt_seconds alpha"] == 0.002);
  BOOST_TEST(told["troupe_cluster_reconnects_total alpha"] == 0);
  BOOST_TEST(told.count("troupe_cluster_calls_total alpha out ok") == 1u);
  reports(alpha, link_condition::down);
  told = measure();
  BOOST_TEST(told["troupe_cluster_peer_up alpha"] == 0);
  BOOST_TEST(told.count("troupe_cluster_peer_rtt_seconds alpha") == 0u);
  comes(facts("alpha", 2));
  told = measure();
  BOOST_TEST(told["troupe_cluster_peer_up alpha"] == 1);
  BOOST_TEST(told["troupe_cluster_reconnects_total alpha"] == 1);
}

BOOST_AUTO_TEST_SUITE_END()
