#include "tests/actors/broker/support_broker.hpp"

#include <cmath>

using namespace troupe;
using namespace troupe::testing;

namespace broker_activities {

struct activity_fixture : broker_fixture {
  const pool_activity& activity() { return *state().pool->observed.activity; }

  /// Returns how many calls were noted that took about so long.
  uint32_t noted(milliseconds took) {
    return activity().latency.at(latency_buckets::index_of(took));
  }
};

} // namespace broker_activities

BOOST_FIXTURE_TEST_SUITE(broker_activities, activity_fixture)

BOOST_AUTO_TEST_CASE(a_call_takes_as_long_as_it_waits_and_runs) {
  start();
  join(0);
  submit({make(1), make(2)});
  BOOST_TEST(activity().calls == 2u);
  BOOST_TEST(activity().running == 1u);
  BOOST_TEST(activity().waiting == 1u);
  BOOST_TEST(activity().workers == 1u);
  advance(300ms);
  answer(0, 0, "1");
  advance(200ms);
  answer(0, 1, "2");
  BOOST_TEST(activity().latency.total() == 2u);
  BOOST_TEST(noted(300ms) == 1u);
  BOOST_TEST(noted(500ms) == 1u);
  BOOST_TEST(activity().running == 0u);
  BOOST_TEST(activity().errors == 0u);
}

BOOST_AUTO_TEST_CASE(the_oldest_call_that_waits_has_an_age) {
  start();
  join(0);
  submit({make(1)});
  BOOST_TEST(!status().oldest_waiting);
  submit({make(2)});
  advance(300ms);
  submit({make(3)});
  BOOST_TEST((status().oldest_waiting == 300ms));
  answer(0, 0, "1");
  BOOST_TEST((status().oldest_waiting == 0ms));
}

BOOST_AUTO_TEST_CASE(calls_that_fail_because_of_a_worker_or_time_count) {
  pool.exec_timeout = 2s;
  pool.queue_timeout = 1s;
  start();
  join(0);
  submit({make(1), make(2)});
  advance(1s); // the second was not begun
  advance(1s); // the first was not ended
  BOOST_TEST(noted(1s) == 1u);
  BOOST_TEST(noted(2s) == 1u);
  submit({make(3)});
  advance(100ms);
  fail(0, 1, {code::worker_error, "no", {.answered = true}});
  BOOST_TEST(noted(100ms) == 1u);
  BOOST_TEST(activity().errors == 3u);
}

BOOST_AUTO_TEST_CASE(calls_that_are_refused_or_taken_back_took_no_time) {
  pool.queue_limit = 1;
  start();
  join(0);
  submit({make(1), make(2), make(3)});
  BOOST_TEST(sink->error(3).what == code::busy);
  advance(100ms);
  cancel(1);
  cancel(2);
  BOOST_TEST(activity().errors == 3u);
  BOOST_TEST(activity().latency.total() == 0u);
}

BOOST_AUTO_TEST_CASE(a_changed_configuration_goes_on_counting) {
  start();
  join(0);
  submit({make(1)});
  answer(0, 0, "1");
  auto before = state().pool->observed.activity;
  pool.exec_timeout = 7s;
  auto changed = reconfigured(*state().pool, pool);
  BOOST_TEST((changed->observed.activity == before));
}

BOOST_AUTO_TEST_SUITE_END()
