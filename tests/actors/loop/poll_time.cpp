// Proves how long a loop polls: longer while events are close, briefly when they are not.
#include "actors/loop/poll_time.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace std::chrono_literals;
using troupe::loop::poll_time;

BOOST_AUTO_TEST_SUITE(polling_before_a_sleep)

BOOST_AUTO_TEST_CASE(short_sleeps_double_it_up_to_the_most) {
  poll_time time{160us};
  for (auto expected : {20us, 40us, 80us, 160us, 160us}) {
    BOOST_TEST((time.get() == expected), expected.count());
    time.after_sleep(160us);
  }
}

BOOST_AUTO_TEST_CASE(a_long_sleep_ends_it) {
  poll_time time{160us};
  for (int i = 0; i < 5; ++i)
    time.after_sleep(10us);
  time.after_sleep(161us);
  BOOST_TEST((time.get() == 20us));
}

BOOST_AUTO_TEST_CASE(none_at_all_stays_none) {
  poll_time time{0us};
  for (auto slept : {0us, 1us, 1000us}) {
    time.after_sleep(slept);
    BOOST_TEST((time.get() == 0us));
  }
}

BOOST_AUTO_TEST_SUITE_END()
