#include "actors/supervisor/recycle_queue.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;

BOOST_AUTO_TEST_SUITE(recycle_queues)

BOOST_AUTO_TEST_CASE(one_in_so_many_is_replaced_at_once_but_at_least_one) {
  BOOST_TEST(recycle_queue::most_at_once(0, 4) == 1u);
  BOOST_TEST(recycle_queue::most_at_once(7, 4) == 1u);
  BOOST_TEST(recycle_queue::most_at_once(8, 4) == 2u);
}

BOOST_AUTO_TEST_CASE(incarnations_come_out_in_their_order) {
  recycle_queue due;
  BOOST_TEST(due.empty());
  BOOST_TEST(!due.next().has_value());
  due.add(incarnation_id{7});
  due.add(incarnation_id{5});
  BOOST_TEST((due.next() == 7u));
  BOOST_TEST(!due.empty());
  BOOST_TEST((due.next() == 5u));
  BOOST_TEST(due.empty());
}

BOOST_AUTO_TEST_SUITE_END()
