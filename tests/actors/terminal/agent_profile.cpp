#include "actors/terminal/agent_profile.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;

using names = agent_profile::names;

BOOST_AUTO_TEST_SUITE(agent_profiles)

BOOST_AUTO_TEST_CASE(it_begins_with_what_was_asked_for) {
  config::spawned_program request;
  request.model = "large";
  request.channels = {"#a"};
  agent_profile p{request};
  BOOST_TEST(p.model == "large");
  BOOST_TEST(p.channels() == names{"#a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_channel_is_had_once_in_whatever_case) {
  agent_profile p;
  p.subscribe(p.missing({"#A", "#b", "#a"}));
  BOOST_TEST((p.channels() == names{"#A", "#b"}));
  BOOST_TEST((p.missing({"#B", "#c"}) == names{"#c"}));
}

BOOST_AUTO_TEST_CASE(what_is_removed_is_told_as_it_was_called) {
  agent_profile p;
  p.subscribe({"#A", "#b"});
  BOOST_TEST((p.unsubscribe({"#a", "#z"}) == names{"#A"}));
  BOOST_TEST((p.channels() == names{"#b"}));
}

BOOST_AUTO_TEST_SUITE_END()
