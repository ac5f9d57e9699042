#include "actors/behaviours/result_cache.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace troupe;
using namespace troupe::behaviours;
using namespace std::chrono_literals;

namespace result_caches {

const steady_clock::time_point start = steady_clock::time_point{} + 1h;

constexpr uint64_t plenty = 1 << 20;

/// Returns the result that is kept; empty for none.
std::string found(result_cache& cache, std::string_view kind, std::string_view payload,
                  steady_clock::time_point now = start) {
  auto result = cache.find({kind, payload}, now);
  BOOST_TEST(!cache.verify());
  return result ? result->str() : std::string{};
}

} // namespace result_caches

BOOST_AUTO_TEST_SUITE(result_caches)

BOOST_AUTO_TEST_CASE(a_result_is_found_by_an_equal_call_and_by_no_other) {
  result_cache cache{{10, plenty, 1s}};
  cache.keep({"upper", R"("a")"}, R"("A")", start);
  BOOST_TEST(found(cache, "upper", R"("a")") == R"("A")");
  BOOST_TEST(found(cache, "lower", R"("a")").empty());
  BOOST_TEST(found(cache, "upper", R"( "a")").empty());
  BOOST_TEST(found(cache, "upper\"", R"(a")").empty());
}

BOOST_AUTO_TEST_CASE(a_result_is_kept_for_its_age_and_no_longer) {
  result_cache cache{{10, plenty, 1s}};
  cache.keep({"k", "1"}, "2", start);
  BOOST_TEST(found(cache, "k", "1", start + 999ms) == "2");
  BOOST_TEST(found(cache, "k", "1", start + 1s).empty());
  BOOST_TEST(cache.counted().expired == 1u);
  BOOST_TEST(cache.size() == 0u);
  BOOST_TEST(cache.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(being_asked_for_makes_nothing_younger) {
  result_cache cache{{10, plenty, 1s}};
  cache.keep({"k", "1"}, "2", start);
  BOOST_TEST(found(cache, "k", "1", start + 900ms) == "2");
  BOOST_TEST(found(cache, "k", "1", start + 1100ms).empty());
}

BOOST_AUTO_TEST_CASE(what_was_not_asked_for_the_longest_makes_room) {
  result_cache cache{{2, plenty, 1s}};
  cache.keep({"k", "1"}, "one", start);
  cache.keep({"k", "2"}, "two", start);
  BOOST_TEST(found(cache, "k", "1") == "one");
  cache.keep({"k", "3"}, "three", start);
  BOOST_TEST(found(cache, "k", "1") == "one");
  BOOST_TEST(found(cache, "k", "2").empty());
  BOOST_TEST(found(cache, "k", "3") == "three");
  BOOST_TEST(cache.counted().evicted == 1u);
}

BOOST_AUTO_TEST_CASE(
    a_large_result_takes_the_room_of_several_and_a_huge_one_is_not_kept) {
  auto small = 2 + 10 + result_cache::entry_overhead;
  result_cache cache{{10, 3 * small, 1s}};
  for (auto payload : {"1", "2", "3"})
    cache.keep({"k", payload}, std::string(10, 'x'), start);
  BOOST_TEST(cache.size() == 3u);
  BOOST_TEST(cache.bytes() == 3 * small);
  cache.keep({"k", "4"}, std::string(11, 'x'), start);
  BOOST_TEST(cache.size() == 2u);
  cache.keep({"k", "5"}, std::string(3 * small, 'x'), start);
  BOOST_TEST(cache.size() == 2u);
  BOOST_TEST(cache.counted().too_large == 1u);
  BOOST_TEST(found(cache, "k", "5").empty());
}

BOOST_AUTO_TEST_CASE(a_newer_result_takes_the_place_of_the_older) {
  result_cache cache{{10, plenty, 1s}};
  cache.keep({"k", "1"}, "old", start);
  cache.keep({"k", "1"}, "new", start + 500ms);
  BOOST_TEST(cache.size() == 1u);
  BOOST_TEST(found(cache, "k", "1", start + 1400ms) == "new");
}

BOOST_AUTO_TEST_CASE(its_rules_hold_whatever_comes) {
  std::mt19937 random{7};
  result_cache cache{{20, 6000, 50ms}};
  auto now = start;
  for (int i = 0; i < 5000; ++i) {
    now += std::chrono::milliseconds{random() % 5};
    auto payload = std::to_string(random() % 40);
    if (auto result = cache.find({"k", payload}, now))
      BOOST_TEST_REQUIRE(result->str().starts_with(payload + ':'));
    else
      cache.keep({"k", payload}, payload + ':' + std::string(random() % 500, 'x'), now);
    BOOST_TEST_REQUIRE(!cache.verify());
  }
  BOOST_TEST(cache.counted().evicted > 0u);
  BOOST_TEST(cache.counted().expired > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
