#include "actors/followers/retry_delay.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using troupe::followers::retry_delay;

BOOST_AUTO_TEST_SUITE(delays_between_attempts)

BOOST_AUTO_TEST_CASE(a_delay_doubles_up_to_a_bound_and_varies_by_a_quarter) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    retry_delay delays{100ms, 1000ms, seed};
    for (auto about : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
      auto d = delays.next();
      BOOST_TEST(d.count() >= (about * 3 / 4).count());
      BOOST_TEST(d.count()
                 <= std::min<std::chrono::milliseconds>(about * 5 / 4, 1000ms).count());
    }
  }
}

BOOST_AUTO_TEST_CASE(two_senders_do_not_try_in_step) {
  retry_delay one{1000ms, 60s, 1};
  retry_delay other{1000ms, 60s, 2};
  auto same = 0;
  for (int i = 0; i < 6; ++i)
    same += one.next() == other.next() ? 1 : 0;
  BOOST_TEST(same < 6);
}

BOOST_AUTO_TEST_CASE(what_went_well_begins_anew) {
  retry_delay delays{100ms, 1000ms, 7};
  for (int i = 0; i < 5; ++i)
    delays.next();
  delays.reset();
  BOOST_TEST(delays.next().count() <= 125);
}

BOOST_AUTO_TEST_CASE(the_shortest_delays_there_are_do_not_vary) {
  retry_delay delays{1ms, 1ms, 7};
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(delays.next().count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
