// Proves that orders to stop may be repeated, and that signals alone hurry a node.
#include "tests/broker/support.hpp"

#include "broker/serve/stop_sequence.hpp"

using troupe::serve::stop_sequence;
using step = troupe::serve::stop_sequence::step;

BOOST_AUTO_TEST_SUITE(sequences_of_stops)

BOOST_AUTO_TEST_CASE(the_second_signal_ends_at_once_and_the_third_one_kills) {
  stop_sequence stops;
  BOOST_TEST(!stops.has_begun());
  BOOST_TEST((stops.signal() == step::drain));
  BOOST_TEST(stops.has_begun());
  BOOST_TEST((stops.signal() == step::end_at_once));
  BOOST_TEST((stops.signal() == step::die));
}

BOOST_AUTO_TEST_CASE(an_order_may_be_repeated) {
  stop_sequence stops;
  BOOST_TEST((stops.order() == step::drain));
  BOOST_TEST(stops.has_begun());
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((stops.order() == step::none));
}

BOOST_AUTO_TEST_CASE(an_order_is_not_counted_as_a_signal) {
  stop_sequence ordered;
  ordered.order();
  BOOST_TEST((ordered.signal() == step::none));
  BOOST_TEST((ordered.order() == step::none));
  BOOST_TEST((ordered.signal() == step::end_at_once));
  stop_sequence signalled;
  signalled.signal();
  BOOST_TEST((signalled.order() == step::none));
  BOOST_TEST((signalled.signal() == step::end_at_once));
}

BOOST_AUTO_TEST_CASE(a_node_that_fails_ends_at_once_and_once_only) {
  stop_sequence failed;
  BOOST_TEST((failed.fail() == step::end_at_once));
  BOOST_TEST(failed.has_begun());
  BOOST_TEST((failed.fail() == step::none));
  BOOST_TEST((failed.order() == step::none));
  BOOST_TEST((failed.signal() == step::die));
  stop_sequence hurried;
  hurried.signal();
  hurried.signal();
  BOOST_TEST((hurried.fail() == step::none));
}

BOOST_AUTO_TEST_SUITE_END()
