#include "actors/interfaces/next_attempt.hpp"

#include "protocol/base/fault_json.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(next_attempts)

BOOST_AUTO_TEST_CASE(a_moment_becomes_the_time_that_is_left) {
  std::chrono::steady_clock::time_point start{100s};
  const fault_details dead{.cause = fault_cause{fault{code::worker_died, "d"}}};
  fault why{code::unavailable, "m", dead};
  name_attempt(why, start + 30s);
  BOOST_TEST(to_json_members(with_time_left(why, start).details)
             == to_json_members(dead) + ",\"retry_after_ms\":30000");
  BOOST_TEST(to_json_members(with_time_left(why, start + 29s).details)
             == to_json_members(dead) + ",\"retry_after_ms\":1000");
  BOOST_TEST(to_json_members(with_time_left(why, start + 31s).details)
             == to_json_members(dead) + ",\"retry_after_ms\":0");
}

BOOST_AUTO_TEST_CASE(a_fault_that_names_no_moment_stays_as_it_is) {
  fault why{code::unavailable, "m", {.cause = fault_cause{fault{code::worker_died}}}};
  BOOST_TEST((with_time_left(why, {}) == why));
  fault bare{code::unavailable, "m"};
  name_attempt(bare, {});
  BOOST_TEST(to_json_members(with_time_left(bare, {}).details) == "\"retry_after_ms\":0");
}

BOOST_AUTO_TEST_SUITE_END()
