#include "actors/supervisor/pool_condition.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace std::chrono_literals;

namespace pool_conditions {

struct condition_fixture {
  condition_fixture() {
    condition.note({code::worker_died, "boom"});
    good.usable = good.coming = true;
  }

  /// Returns the message that the broker is told; empty for none.
  std::string told(const pool_facts& facts) {
    return condition.update(facts, "p").value_or(fault{}).message;
  }

  pool_condition condition;
  pool_facts good;
};

} // namespace pool_conditions

BOOST_FIXTURE_TEST_SUITE(pool_conditions, condition_fixture)

BOOST_AUTO_TEST_CASE(a_good_pool_is_no_news) {
  BOOST_TEST(!condition.update(good, "p").has_value());
  BOOST_TEST(condition.is_good());
}

BOOST_AUTO_TEST_CASE(the_same_is_told_once_and_the_end_of_it_too) {
  pool_facts none;
  BOOST_TEST(told(none)
             == "the workers of pool p have ended and are not restarted: boom");
  BOOST_TEST(!condition.is_good());
  BOOST_TEST(!condition.update(none, "p").has_value());
  auto better = condition.update(good, "p");
  BOOST_REQUIRE(better.has_value());
  BOOST_TEST((better->what == code::none));
  BOOST_TEST(condition.is_good());
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_ready_or_may_come_is_enough) {
  for (auto fact : {&pool_facts::usable, &pool_facts::coming, &pool_facts::can_grow}) {
    pool_facts facts;
    facts.*fact = true;
    BOOST_TEST(!condition.update(facts, "p").has_value());
  }
}

BOOST_AUTO_TEST_CASE(while_the_breaker_is_open_only_a_ready_worker_is_enough) {
  pool_facts facts;
  facts.broken = true;
  facts.usable = true;
  BOOST_TEST(!condition.update(facts, "p").has_value());
  facts.usable = false;
  facts.coming = true;
  auto why = condition.update(facts, "p").value();
  BOOST_TEST((why.what == code::unavailable));
  BOOST_TEST(why.message == "the workers of pool p keep dying: boom");
  BOOST_REQUIRE(why.details.cause.get());
  BOOST_TEST(why.details.cause.get()->message == "boom");
  BOOST_TEST(!condition.is_stopped());
}

BOOST_AUTO_TEST_CASE(another_attempt_is_news) {
  pool_facts facts;
  facts.broken = true;
  facts.next_start = std::chrono::steady_clock::time_point{1h};
  BOOST_TEST(condition.update(facts, "p").has_value());
  BOOST_TEST(!condition.update(facts, "p").has_value());
  *facts.next_start += 1s;
  BOOST_TEST(condition.update(facts, "p").has_value());
}

BOOST_AUTO_TEST_CASE(a_stopped_pool_is_the_only_condition_without_a_cause) {
  auto facts = good;
  facts.all_stopped = true;
  BOOST_TEST(told(facts) == "pool p is stopped");
  BOOST_TEST(condition.is_stopped());
}

BOOST_AUTO_TEST_SUITE_END()
