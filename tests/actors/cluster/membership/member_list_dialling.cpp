#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/cluster/membership/support_members.hpp"

namespace connections_of_a_cluster {

using namespace troupe;
using namespace troupe::testing::members;

} // namespace connections_of_a_cluster

BOOST_FIXTURE_TEST_SUITE(connections_of_a_cluster, lone_node)

BOOST_AUTO_TEST_CASE(a_second_node_of_a_name_is_refused_while_the_first_lives) {
  start("alpha", {});
  BOOST_TEST(!knock("beta", 5));
  open("beta", 5);
  BOOST_TEST((knock("beta", 6) == objection::name_taken));
  list->happens("beta", node_incarnation{5}, member_event::fell_silent, now);
  BOOST_TEST((knock("beta", 6) == objection::name_taken)); // it may live after all
  lose("beta", 5);
  BOOST_TEST(!knock("beta", 6));
}

BOOST_AUTO_TEST_CASE(a_second_connection_of_a_node_is_refused) {
  start("alpha", {});
  BOOST_TEST(!knock("beta"));
  BOOST_TEST((knock("beta") == objection::already_connected));
  open("beta");
  BOOST_TEST((knock("beta") == objection::already_connected));
}

BOOST_AUTO_TEST_CASE(the_name_and_the_process_of_this_node_are_its_own) {
  start("alpha", {});
  BOOST_TEST((knock("alpha", 2) == objection::own_name));
  auto clone = facts("beta");
  clone.process = facts("alpha").process;
  BOOST_TEST((list->knock(clone, now) == objection::id_taken));
  BOOST_TEST(!knock("gamma"));
  clone.process = facts("gamma").process;
  BOOST_TEST((list->knock(clone, now) == objection::id_taken));
}

BOOST_AUTO_TEST_CASE(an_address_that_turns_out_to_be_its_own_is_not_dialled_again) {
  start("alpha", {"alpha:1", "localhost:1"});
  BOOST_TEST_REQUIRE(dials().size() == 1u); // the other one was known before
  list->failed("localhost:1", dial_failure::itself, now);
  pass(1h);
  BOOST_TEST(dials().empty());
}

BOOST_AUTO_TEST_CASE(the_address_of_a_twin_is_dialled_again_though_rarely) {
  start("alpha", {"twin:1"});
  dials();
  list->failed("twin:1", dial_failure::refused, now);
  pass(1s);
  BOOST_TEST(dials().empty());
  pass(5s);
  BOOST_TEST(dials().size() == 1u);
}

BOOST_AUTO_TEST_CASE(if_both_dial_at_once_the_smaller_name_refuses_the_other) {
  start("alpha", {"beta:1"});
  dials();
  BOOST_TEST((knock("beta") == objection::already_connected));
  fail("beta:1");
  BOOST_TEST(!knock("beta"));
}

BOOST_AUTO_TEST_CASE(if_both_dial_at_once_the_larger_name_gives_way) {
  start("beta", {"alpha:1"});
  dials();
  BOOST_TEST(!knock("alpha"));
  auto verdict = list->answered("alpha:1", facts("alpha"), now);
  BOOST_TEST((verdict.what == kind::drop));
  BOOST_TEST((verdict.why == objection::already_connected));
  open("alpha");
  BOOST_TEST(!list->members().at("alpha").link.dialled);
}

BOOST_AUTO_TEST_CASE(what_the_smaller_name_has_dialled_takes_the_place_of_the_other) {
  // It could not know that it was dialling the one who knocked.
  start("alpha", {"b.example:1"});
  dials();
  BOOST_TEST(!knock("beta"));
  BOOST_TEST((list->answered("b.example:1", facts("beta"), now).what == kind::replace));
  open("beta");
  BOOST_TEST(list->members().at("beta").link.dialled);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_open_is_not_replaced) {
  start("alpha", {"b.example:1"});
  dials();
  BOOST_TEST(!knock("beta"));
  open("beta");
  auto verdict = list->answered("b.example:1", facts("beta"), now);
  BOOST_TEST((verdict.what == kind::drop));
  BOOST_TEST((verdict.why == objection::already_connected));
}

BOOST_AUTO_TEST_CASE(one_that_is_not_open_in_time_is_lost) {
  start("alpha", {});
  BOOST_TEST(!knock("beta"));
  pass(limits::link_opening - 1ms);
  BOOST_TEST(list->expire(now).empty());
  pass(1ms);
  BOOST_TEST((list->next_due() <= now));
  BOOST_TEST(list->expire(now).size() == 1u);
  BOOST_TEST(told().empty()); // it never was up
  BOOST_TEST(!knock("beta"));
}

BOOST_AUTO_TEST_CASE(a_node_that_has_moved_is_found_under_its_new_address) {
  start("alpha", {"old:1"});
  dials();
  list->answered("old:1", facts("beta"), now);
  open("beta");
  lose("beta");
  auto moved = facts("beta", 2);
  moved.advertise = "new:1";
  BOOST_TEST(!list->knock(moved, now));
  open("beta", 2);
  lose("beta", 2);
  std::vector<std::string> tried;
  for (int i = 0; i < 3; ++i) {
    now = list->next_due();
    for (auto& address : dials()) {
      tried.push_back(address);
      fail(address);
    }
  }
  BOOST_TEST(std::count(tried.begin(), tried.end(), "new:1") == 1);
}

BOOST_AUTO_TEST_CASE(a_node_without_an_address_is_waited_for) {
  start("alpha", {});
  auto silent = facts("beta");
  silent.advertise.clear();
  BOOST_TEST(!list->knock(silent, now));
  open("beta");
  lose("beta");
  pass(1min);
  BOOST_TEST(dials().empty());
  BOOST_TEST((list->next_due() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_again_and_again_is_dialled_rarer) {
  start("alpha", {"beta:1"});
  for (int i = 0; i < 4; ++i) {
    now = std::max(now, list->next_due());
    BOOST_TEST_REQUIRE(dials().size() == 1u);
    list->answered("beta:1", facts("beta"), now);
    open("beta");
    lose("beta");
  }
  BOOST_TEST((list->next_due() - now > 1s));
}

BOOST_AUTO_TEST_SUITE_END()
