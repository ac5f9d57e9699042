#include "tests/protocol/support.hpp"

#include "protocol/base/address.hpp"
#include "protocol/config/host_name.hpp"

using troupe::config::to_node_name;

BOOST_AUTO_TEST_SUITE(host_names)

BOOST_AUTO_TEST_CASE(a_good_host_name_names_the_node) {
  BOOST_TEST(to_node_name("alpha-1") == "alpha-1");
}

BOOST_AUTO_TEST_CASE(what_a_name_must_not_hold_becomes_a_hyphen) {
  BOOST_TEST(to_node_name("alpha.example.org") == "alpha-example-org");
  BOOST_TEST(to_node_name("a b") == "a-b");
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_start_with_a_letter_gets_one) {
  BOOST_TEST(to_node_name("10-0-0-1") == "node-10-0-0-1");
  BOOST_TEST(to_node_name(".a") == "node--a");
  BOOST_TEST(to_node_name("") == "node");
}

BOOST_AUTO_TEST_CASE(any_host_name_gives_a_valid_name) {
  std::mt19937 random{12};
  for (int i = 0; i < 2000; ++i) {
    std::string host;
    for (auto n = test::below_or_at(random, 100); n > 0; --n)
      host += static_cast<char>(random());
    BOOST_TEST_REQUIRE(troupe::is_valid_name(to_node_name(host)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
