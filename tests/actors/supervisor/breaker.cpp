#include "actors/supervisor/breaker.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace std::chrono_literals;

namespace breakers {

struct fixture {
  config::restart rules;
  breaker::time_point start{1h};
  fixture() {
    rules.delay = 100ms;
    rules.max_delay = 1s;
    rules.intensity = 2;
    rules.period = 10s;
  }
};

} // namespace breakers

BOOST_FIXTURE_TEST_SUITE(breakers, fixture)

BOOST_AUTO_TEST_CASE(one_death_more_than_the_intensity_opens_it_once) {
  breaker b{rules, 1};
  BOOST_TEST(!b.trip(start));
  BOOST_TEST(!b.trip(start));
  BOOST_TEST(!b.is_open());
  BOOST_TEST(b.trip(start));
  BOOST_TEST(b.is_open());
  BOOST_TEST(!b.trip(start)); // it is open already
  BOOST_TEST(b.is_open());
}

BOOST_AUTO_TEST_CASE(deaths_count_for_one_period) {
  breaker just_out{rules, 1};
  just_out.trip(start);
  just_out.trip(start + 5s);
  BOOST_TEST(!just_out.trip(start + 10s));
  breaker just_in{rules, 1};
  just_in.trip(start);
  just_in.trip(start + 5s);
  BOOST_TEST(just_in.trip(start + 10s - 1ms));
}

BOOST_AUTO_TEST_CASE(what_is_closed_starts_counting_anew) {
  breaker b{rules, 1};
  BOOST_TEST(!b.close());
  for (int i = 0; i < 3; ++i)
    b.trip(start);
  BOOST_TEST(b.close());
  BOOST_TEST(!b.is_open());
  BOOST_TEST(!b.trip(start));
}

BOOST_AUTO_TEST_CASE(delays_double_within_a_quarter_and_end_at_the_longest) {
  breaker b{rules, 1};
  auto least = std::chrono::milliseconds::max();
  auto most = 0ms;
  for (int i = 0; i < 1000; ++i) {
    least = std::min(least, b.delay(1));
    most = std::max(most, b.delay(1));
    auto longest = b.delay(i % 2 ? 10 : UINT32_MAX);
    BOOST_TEST((longest >= 750ms && longest <= 1250ms));
  }
  BOOST_TEST((least >= 150ms && least < 175ms));
  BOOST_TEST((most <= 250ms && most > 225ms));
}

BOOST_AUTO_TEST_CASE(probes_come_at_the_longest_delay) {
  BOOST_TEST((breaker{rules, 1}.probe_delay() == 1s));
}

BOOST_AUTO_TEST_SUITE_END()
