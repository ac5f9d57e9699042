#include "actors/behaviours/rate_table.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace troupe;
using namespace troupe::behaviours;
using namespace std::chrono_literals;

namespace rate_tables {

const rate_table::time_point start = rate_table::time_point{} + 1h;

bool may(rate_table& table, std::string_view key, rate_table::time_point now = start) {
  auto taken = table.take(key, now);
  BOOST_TEST(!table.verify());
  return taken.wait == 0ns;
}

} // namespace rate_tables

BOOST_AUTO_TEST_SUITE(rate_tables)

BOOST_AUTO_TEST_CASE(each_key_has_a_burst_and_then_the_rate) {
  rate_table table{{100ms, 3, 10}};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(may(table, "ann"));
  BOOST_TEST((table.take("ann", start).wait == 100ms));
  BOOST_TEST((table.take("ann", start + 60ms).wait == 40ms));
  BOOST_TEST(may(table, "bob", start + 60ms));
  BOOST_TEST(may(table, "ann", start + 100ms));
  BOOST_TEST(!may(table, "ann", start + 100ms));
}

BOOST_AUTO_TEST_CASE(a_refused_call_takes_nothing) {
  rate_table table{{100ms, 1, 10}};
  BOOST_TEST(may(table, "ann"));
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(!may(table, "ann", start + 99ms));
  BOOST_TEST(may(table, "ann", start + 100ms));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_quiet_is_forgotten_and_loses_nothing) {
  rate_table table{{100ms, 2, 2}};
  BOOST_TEST(may(table, "ann"));
  BOOST_TEST(may(table, "bob", start + 50ms));
  BOOST_TEST(may(table, "cid", start + 100ms)); // ann has her burst again
  BOOST_TEST(table.size() == 2u);
  BOOST_TEST(table.shared() == 0u);
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(may(table, "ann", start + 150ms)); // as has bob
  BOOST_TEST(!may(table, "ann", start + 150ms));
}

BOOST_AUTO_TEST_CASE(an_exhausted_key_that_is_quiet_keeps_nobody_from_a_bucket) {
  rate_table table{{100ms, 100, 3}};
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(may(table, "ann")); // 10 s until it is full
  for (int i = 0; i < 50; ++i) {
    auto now = start + i * 100ms;
    auto taken = table.take("new " + std::to_string(i), now);
    BOOST_TEST((taken.wait == 0ns));
    BOOST_TEST(!taken.shared);
    BOOST_TEST(!table.verify());
  }
  BOOST_TEST(table.shared() == 0u);
  BOOST_TEST(may(table, "ann", start + 5s)); // which was not forgotten
  for (int i = 0; i < 49; ++i)
    BOOST_TEST(may(table, "ann", start + 5s));
  BOOST_TEST(!may(table, "ann", start + 5s));
}

BOOST_AUTO_TEST_CASE(a_call_forgets_few_keys_however_many_are_full) {
  rate_table table{{100ms, 1, 10}};
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(may(table, std::to_string(i)));
  BOOST_TEST(may(table, "ann", start + 1s));
  BOOST_TEST(table.size() == 9u);
  BOOST_TEST(may(table, "bob", start + 1s));
  BOOST_TEST(table.size() == 8u);
}

BOOST_AUTO_TEST_CASE(invented_keys_get_no_more_than_one_key) {
  rate_table table{{100ms, 2, 1}};
  BOOST_TEST(may(table, "ann"));
  auto went_on = 0;
  for (int i = 0; i < 1000; ++i)
    went_on += may(table, std::to_string(i), start + 1ms) ? 1 : 0;
  BOOST_TEST(went_on == 2);
  BOOST_TEST(table.size() == 1u);
  BOOST_TEST(table.shared() == 1000u);
  BOOST_TEST(may(table, "ann", start + 1ms)); // who has a bucket keeps it
}

BOOST_AUTO_TEST_CASE(nobody_gets_more_than_burst_and_rate_whatever_comes) {
  std::mt19937 random{11};
  rate_table table{{10ms, 5, 8}};
  auto now = start;
  std::vector<int> went_on(20);
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::microseconds{random() % 1000};
    auto key = random() % went_on.size();
    went_on[key] += table.take(std::to_string(key), now).wait == 0ns ? 1 : 0;
    BOOST_TEST_REQUIRE(!table.verify());
  }
  auto most = 5 + (now - start) / 10ms + 1;
  auto all = 0;
  for (auto n : went_on) {
    // With the shared bucket, a key may have had two.
    BOOST_TEST(n <= 2 * most);
    all += n;
  }
  BOOST_TEST(all <= 9 * most);
}

BOOST_AUTO_TEST_SUITE_END()
