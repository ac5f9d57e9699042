#include "actors/cluster/membership/member_step.hpp"

#include <boost/test/unit_test.hpp>

namespace steps_of_members {

using namespace troupe::membership;
using troupe::membership::node_state; // NODE has one, too

/// Returns what `e` makes of a member in the state `s`.
node_state next(node_state s, member_event e) {
  return step(s, e).next;
}

} // namespace steps_of_members

BOOST_AUTO_TEST_SUITE(steps_of_members)

BOOST_AUTO_TEST_CASE(a_member_comes_is_doubted_and_goes) {
  using enum member_event;
  BOOST_TEST((step(node_state::down, connected)
              == member_step{node_state::up, member_news::node_up}));
  BOOST_TEST((step(node_state::up, fell_silent)
              == member_step{node_state::suspect, member_news::node_suspect}));
  BOOST_TEST((step(node_state::suspect, spoke)
              == member_step{node_state::up, member_news::node_up}));
  BOOST_TEST((step(node_state::suspect, lost)
              == member_step{node_state::down, member_news::node_down}));
  BOOST_TEST((step(node_state::up, lost)
              == member_step{node_state::down, member_news::node_down}));
}

BOOST_AUTO_TEST_CASE(who_leaves_comes_back_by_a_new_connection_only) {
  using enum member_event;
  for (auto from : {node_state::up, node_state::suspect})
    BOOST_TEST((next(from, leaves) == node_state::leaving));
  for (auto e : {fell_silent, spoke, leaves})
    BOOST_TEST((next(node_state::leaving, e) == node_state::leaving));
  BOOST_TEST((next(node_state::leaving, lost) == node_state::down));
  BOOST_TEST((next(node_state::leaving, connected) == node_state::up));
}

BOOST_AUTO_TEST_CASE(nothing_but_a_connection_brings_back_who_is_down) {
  using enum member_event;
  for (auto e : {fell_silent, spoke, leaves, lost})
    BOOST_TEST((step(node_state::down, e) == member_step{node_state::down}));
}

BOOST_AUTO_TEST_CASE(nothing_is_told_twice) {
  using enum member_event;
  BOOST_TEST((step(node_state::up, spoke).news == member_news::none));
  BOOST_TEST((step(node_state::suspect, fell_silent).news == member_news::none));
}

BOOST_AUTO_TEST_CASE(each_kind_of_news_is_an_event) {
  BOOST_TEST(event_kind(member_news::none) == "");
  BOOST_TEST(event_kind(member_news::node_up) == "node_up");
  BOOST_TEST(event_kind(member_news::node_suspect) == "node_suspect");
  BOOST_TEST(event_kind(member_news::node_down) == "node_down");
}

BOOST_AUTO_TEST_SUITE_END()
