#include "actors/broker/service_rate.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::broker;
using namespace std::chrono_literals;

namespace service_rates {

struct fixture {
  service_rate rate;
  steady_clock::time_point now{1h};

  /// Calls one after the other, each as long.
  void serve(int calls, std::chrono::milliseconds each) {
    rate.begin(now);
    for (int i = 0; i < calls; ++i)
      rate.note(now += each);
  }
  int64_t wait(size_t waiting) const { return rate.wait_behind(waiting).count(); }
};

} // namespace service_rates

BOOST_FIXTURE_TEST_SUITE(service_rates, fixture)

BOOST_AUTO_TEST_CASE(before_anything_was_measured_it_is_a_second) {
  BOOST_TEST(wait(0) == 1000);
  BOOST_TEST(wait(1000) == 1000);
}

BOOST_AUTO_TEST_CASE(the_wait_is_that_of_the_calls_before_it) {
  serve(1, 20ms);
  BOOST_TEST(wait(0) == 20);
  BOOST_TEST(wait(9) == 200);
}

BOOST_AUTO_TEST_CASE(a_change_is_followed_within_a_hundred_calls) {
  serve(100, 10ms);
  serve(100, 200ms);
  BOOST_TEST(wait(0) > 190);
  BOOST_TEST(wait(0) <= 200);
}

BOOST_AUTO_TEST_CASE(a_time_without_calls_is_not_counted) {
  serve(10, 10ms);
  now += 1h;
  serve(10, 10ms);
  BOOST_TEST(wait(0) >= 9);
  BOOST_TEST(wait(0) <= 10);
}

BOOST_AUTO_TEST_CASE(the_wait_is_at_least_a_millisecond_and_at_most_a_minute) {
  rate.begin(now);
  rate.note(now += 1us);
  BOOST_TEST(wait(0) == 1);
  serve(100, 10s);
  BOOST_TEST(wait(1000) == 60'000);
}

BOOST_AUTO_TEST_SUITE_END()
