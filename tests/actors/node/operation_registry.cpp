#include "actors/node/operation_registry.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::node;

namespace operation_registries {

void nothing(node_state&, pending_call) {}

void nothing_to_a_pool(node_state&, pending_call, const target&) {}

} // namespace operation_registries

BOOST_AUTO_TEST_SUITE(operation_registries)

BOOST_AUTO_TEST_CASE(what_was_added_is_found_with_what_it_needs) {
  operation_registry all;
  all.add({"b", nothing});
  all.add({"a", subject::pool, nothing_to_a_pool, begins});
  BOOST_TEST(all.names() == "a, b");
  BOOST_TEST(!all.find("c"));
  BOOST_TEST_REQUIRE(all.find("b"));
  BOOST_TEST((all.find("b")->about == subject::none));
  BOOST_TEST(!all.find("b")->begins);
  BOOST_TEST_REQUIRE(all.find("a"));
  BOOST_TEST((all.find("a")->about == subject::pool));
  BOOST_TEST(all.find("a")->begins);
}

BOOST_AUTO_TEST_CASE(one_of_the_same_name_is_replaced) {
  auto all = built_in_operations();
  auto names = all.names();
  all.add({"pools", subject::pool, nothing_to_a_pool});
  BOOST_TEST(all.names() == names);
  BOOST_TEST((all.find("pools")->about == subject::pool));
}

BOOST_AUTO_TEST_CASE(operations_that_start_workers_or_let_calls_in_say_so) {
  auto all = built_in_operations();
  for (auto name : {"configure", "copy", "reload", "restart", "resume", "scale", "spawn"})
    BOOST_TEST(all.find(name)->begins);
  for (auto name : {"drain", "health", "pools", "release", "remove", "shutdown", "stop"})
    BOOST_TEST(!all.find(name)->begins);
}

BOOST_AUTO_TEST_SUITE_END()
