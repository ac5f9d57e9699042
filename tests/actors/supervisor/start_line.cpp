#include "actors/supervisor/start_line.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::supervisor;

BOOST_AUTO_TEST_SUITE(start_lines)

BOOST_AUTO_TEST_CASE(so_many_may_be_starting_at_once) {
  start_line line;
  BOOST_TEST(line.has_room(2));
  line.began();
  line.began();
  BOOST_TEST(!line.has_room(2));
  BOOST_TEST(line.starting() == 2u);
  line.through();
  BOOST_TEST(line.has_room(2));
}

BOOST_AUTO_TEST_CASE(replicas_come_out_in_their_order_while_there_is_room) {
  start_line line;
  line.join(5);
  line.join(3);
  BOOST_TEST((line.next(1) == 5));
  line.began();
  BOOST_TEST(!line.next(1).has_value());
  line.through();
  BOOST_TEST((line.next(1) == 3));
  BOOST_TEST(!line.next(1).has_value());
}

BOOST_AUTO_TEST_CASE(who_joins_again_keeps_the_position) {
  start_line line;
  line.join(1);
  line.join(2);
  line.join(1);
  BOOST_TEST(line.contains(1));
  BOOST_TEST((line.next(1) == 1));
  BOOST_TEST(!line.contains(1));
  line.join(1);
  BOOST_TEST((line.next(1) == 2));
  BOOST_TEST((line.next(1) == 1));
  BOOST_TEST(!line.next(1).has_value());
  BOOST_TEST(!line.verify().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
