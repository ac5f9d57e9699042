#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/cluster/membership/support_members.hpp"

namespace members_of_a_cluster {

using namespace troupe;
using namespace troupe::testing::members;
using troupe::membership::node_state; // NODE has one, too

using strings = std::vector<std::string>;

constexpr auto each = boost::test_tools::per_element();

} // namespace members_of_a_cluster

BOOST_FIXTURE_TEST_SUITE(members_of_a_cluster, lone_node)

BOOST_AUTO_TEST_CASE(a_configured_address_is_dialled_until_its_name_is_known) {
  start("beta", {"a:1"});
  BOOST_TEST(dials() == strings{"a:1"}, each);
  BOOST_TEST(dials().empty()); // one attempt at a time
  fail("a:1");
  BOOST_TEST(dials().empty());
  pass(125ms);
  BOOST_TEST(dials() == strings{"a:1"}, each);
  BOOST_TEST((list->answered("a:1", facts("alpha"), now).what == kind::keep));
  BOOST_TEST((state_of("alpha") == node_state::down)); // nothing has come over it
  open("alpha");
  BOOST_TEST((state_of("alpha") == node_state::up));
  BOOST_TEST(told() == strings{"alpha up node_up"}, each);
  pass(1h);
  BOOST_TEST(dials().empty());
}

BOOST_AUTO_TEST_CASE(attempts_become_rarer_and_differ_by_chance) {
  start("beta", {"a:1"});
  std::vector<int64_t> waits;
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST_REQUIRE(dials().size() == 1u);
    fail("a:1");
    waits.push_back((list->next_due() - now) / 1ms);
    now = list->next_due();
  }
  BOOST_TEST(waits == (std::vector<int64_t>{100, 200, 400, 800, 1600, 3200, 5000, 5000}),
             each);
  share = 0;
  dials();
  fail("a:1");
  BOOST_TEST((list->next_due() - now) / 1ms == 3750);
  now = list->next_due();
  share = 0.999;
  dials();
  fail("a:1");
  BOOST_TEST((list->next_due() - now) / 1ms == 6247);
}

BOOST_AUTO_TEST_CASE(of_two_that_learned_of_each_other_the_smaller_name_dials) {
  start("beta", {});
  knock("alpha");
  open("alpha");
  learn("alpha", {row("alpha"), row("beta"), row("gamma"), row("aaron")});
  BOOST_TEST(dials() == strings{"gamma:1"}, each);
  fail("gamma:1");
  // The other side has had its time: a firewall may let through one direction only.
  pass(patience);
  BOOST_TEST(dials() == (strings{"aaron:1", "gamma:1"}), each);
}

BOOST_AUTO_TEST_CASE(who_is_configured_is_dialled_whatever_its_name) {
  start("beta", {"alpha:1"});
  dials();
  list->answered("alpha:1", facts("alpha"), now);
  open("alpha");
  lose("alpha"); // and it may have forgotten this node
  now = list->next_due();
  BOOST_TEST(dials() == strings{"alpha:1"}, each);
}

BOOST_AUTO_TEST_CASE(the_dead_and_those_without_a_name_are_not_learned_of) {
  start("beta", {});
  knock("alpha");
  open("alpha");
  auto dead = row("gamma");
  dead.state = node_state::down;
  auto leaving = row("delta");
  leaving.state = node_state::leaving;
  learn("alpha", {dead, leaving, row("no name"), row("beta", 9)});
  BOOST_TEST(list->members().size() == 1u);
  BOOST_TEST(dials().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_not_dialled) {
  start("alpha", {});
  knock("beta");
  open("beta");
  auto garbage = row("gamma");
  garbage.advertise = "\x1b[2J:1";
  learn("beta", {garbage});
  BOOST_TEST(list->members().size() == 2u);
  BOOST_TEST(dials().empty());
  learn("beta", {row("delta")});
  BOOST_TEST(dials() == strings{"delta:1"}, each);
}

BOOST_AUTO_TEST_CASE(what_is_known_at_first_hand_is_not_overruled) {
  start("alpha", {});
  knock("beta", 5);
  open("beta", 5);
  knock("gamma");
  open("gamma");
  auto other = row("beta", 9);
  other.advertise = "elsewhere:1";
  learn("gamma", {other});
  BOOST_TEST(list->members().at("beta").facts.incarnation == 5u);
  BOOST_TEST(list->members().at("beta").facts.advertise == "beta:1");
}

BOOST_AUTO_TEST_CASE(a_run_that_is_news_is_dialled_at_once) {
  start("alpha", {});
  knock("beta", 5);
  open("beta", 5);
  knock("gamma");
  open("gamma");
  lose("beta", 5);
  for (int i = 0; i < 6; ++i) {
    now = list->next_due();
    dials();
    fail("beta:1");
  }
  learn("gamma", {row("beta", 6)});
  BOOST_TEST(dials() == strings{"beta:1"}, each);
}

BOOST_AUTO_TEST_CASE(doubt_loss_and_return_are_told) {
  start("alpha", {});
  knock("beta", 5);
  open("beta", 5);
  list->happens("beta", node_incarnation{5}, member_event::fell_silent, now);
  list->happens("beta", node_incarnation{5}, member_event::spoke, now);
  list->happens("beta", node_incarnation{4}, member_event::lost, now); // an earlier run
  lose("beta", 5);
  knock("beta", 6);
  open("beta", 6);
  BOOST_TEST(
      told()
          == (strings{"beta up node_up", "beta suspect node_suspect", "beta up node_up",
                      "beta down node_down", "beta up node_up"}),
      each);
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_says_so_itself) {
  start("alpha", {});
  knock("beta");
  open("beta");
  auto leaving = row("beta");
  leaving.state = node_state::leaving;
  learn("beta", {leaving});
  BOOST_TEST((state_of("beta") == node_state::leaving));
  lose("beta");
  BOOST_TEST((state_of("beta") == node_state::down));
  list->leave();
  BOOST_TEST((list->rows().front().state == node_state::leaving));
  pass(1min);
  BOOST_TEST(dials().empty());
}

BOOST_AUTO_TEST_CASE(others_are_told_of_whoever_is_connected) {
  start("alpha", {});
  knock("beta");
  open("beta");
  knock("gamma");
  strings names;
  for (auto& r : list->rows())
    names.push_back(r.name);
  BOOST_TEST(names == (strings{"alpha", "beta"}), each);
}

BOOST_AUTO_TEST_CASE(who_was_down_for_long_is_forgotten_unless_it_is_configured) {
  start("alpha", {"gamma:1"});
  knock("beta");
  open("beta");
  knock("gamma");
  open("gamma");
  lose("beta");
  lose("gamma");
  pass(limits::member_memory);
  dials();
  BOOST_TEST(list->members().count("beta") == 0u);
  BOOST_TEST(list->members().count("gamma") == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_was_never_open_is_not_remembered) {
  start("alpha", {});
  for (uint64_t i = 0; i < 2 * limits::cluster_members; ++i) {
    auto name = "z" + std::to_string(i);
    BOOST_TEST_REQUIRE(!knock(name));
    lose(name);
  }
  BOOST_TEST(list->members().empty());
  BOOST_TEST(!knock("zeta"));
  pass(limits::link_opening);
  BOOST_TEST(list->expire(now) == strings{"zeta"}, each);
  check();
  BOOST_TEST(list->members().empty());
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(one_that_is_configured_or_told_of_is_remembered_though_never_open) {
  start("beta", {"gamma:1"});
  knock("alpha");
  open("alpha");
  learn("alpha", {row("delta")});
  knock("epsilon");
  learn("alpha", {row("epsilon")}); // while its connection is opening
  for (auto name : {"gamma", "delta"})
    knock(name);
  for (auto name : {"gamma", "delta", "epsilon"}) {
    lose(name);
    BOOST_TEST(list->members().count(name) == 1u, name);
  }
}

BOOST_AUTO_TEST_CASE(one_that_was_open_once_is_remembered_after_a_failed_return) {
  start("beta", {});
  knock("alpha");
  open("alpha");
  lose("alpha");
  knock("alpha", 2);
  lose("alpha", 2);
  BOOST_TEST(list->members().count("alpha") == 1u);
}

BOOST_AUTO_TEST_CASE(only_who_was_let_in_may_speak_for_a_node) {
  start("beta", {});
  auto who = facts("alpha");
  BOOST_TEST(!list->was_let_in("alpha", who.incarnation, who.process));
  knock("alpha");
  BOOST_TEST(list->was_let_in("alpha", who.incarnation, who.process));
  BOOST_TEST(!list->was_let_in("alpha", node_incarnation{99}, who.process));
  BOOST_TEST(!list->was_let_in("alpha", who.incarnation, "another process"));
  BOOST_TEST(!list->was_let_in("gamma", who.incarnation, who.process));
}

BOOST_AUTO_TEST_SUITE_END()
