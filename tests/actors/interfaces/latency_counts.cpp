#include "actors/interfaces/latency_counts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace latencies {

using buckets = latency_buckets;

latency_array array_of(const std::vector<int64_t>& durations) {
  latency_array counts{};
  for (auto d : durations)
    ++counts[buckets::index_of(nanoseconds{d})];
  return counts;
}

/// Returns the value that the share `q` of `sorted` does not exceed, in milliseconds.
double exact(const std::vector<int64_t>& sorted, double q) {
  auto rank = std::max(1.0, std::ceil(q * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[static_cast<size_t>(rank) - 1]) / 1e6;
}

/// Durations of one of the shapes that calls have.
std::vector<int64_t> draw(std::mt19937& random, int shape, size_t n) {
  std::vector<int64_t> all;
  std::lognormal_distribution<double> skewed{std::log(80e3), 1.5};
  std::uniform_real_distribution<double> spread{std::log(2e3), std::log(3600e9)};
  std::uniform_int_distribution<int64_t> flat{2'000, 50'000'000};
  for (size_t i = 0; i < n; ++i) {
    auto two_humps = i % 10 == 0 ? 30'000'000'000 : 40'000;
    all.push_back(shape == 0   ? static_cast<int64_t>(skewed(random))
                  : shape == 1 ? static_cast<int64_t>(std::exp(spread(random)))
                  : shape == 2 ? flat(random)
                               : two_humps);
    all.back() = std::max<int64_t>(all.back(), 1'024);
  }
  return all;
}

} // namespace latencies

BOOST_AUTO_TEST_SUITE(latencies)

BOOST_AUTO_TEST_CASE(each_duration_is_within_three_percent_of_its_bucket) {
  std::mt19937 random{42};
  std::uniform_real_distribution<double> spread{std::log(1024.0), std::log(4.8 * 3600e9)};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    auto d = static_cast<int64_t>(std::exp(spread(random)));
    auto shown = buckets::middle_of(buckets::index_of(nanoseconds{d})) * 1e6;
    worst = std::max(worst,
                     std::abs(shown - static_cast<double>(d)) / static_cast<double>(d));
  }
  BOOST_TEST(worst <= 0.031);
  BOOST_TEST(worst
             > 0.02); // it is not better by chance: the test looks at the right thing
}

BOOST_AUTO_TEST_CASE(buckets_follow_one_another_without_a_hole) {
  size_t last = 0;
  for (int64_t units = 0; units < 100'000; ++units) {
    auto i = buckets::index_of(nanoseconds{units << buckets::unit_bits});
    BOOST_TEST_REQUIRE((i == last || i == last + 1));
    last = i;
  }
  for (size_t i = 1; i < buckets::count; ++i)
    BOOST_TEST_REQUIRE(buckets::middle_of(i) > buckets::middle_of(i - 1));
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_at_an_end) {
  BOOST_TEST(buckets::index_of(-5ns) == 0u);
  BOOST_TEST(buckets::index_of(0ns) == 0u);
  BOOST_TEST(buckets::index_of(1000h) == buckets::count - 1);
  BOOST_TEST(buckets::index_of(nanoseconds::max()) == buckets::count - 1);
  BOOST_TEST(buckets::index_of(4h) < buckets::count - 1);
}

BOOST_AUTO_TEST_CASE(quantiles_of_any_shape_are_exact_to_five_percent) {
  std::mt19937 random{7};
  for (int shape = 0; shape < 4; ++shape)
    for (size_t n : {1u, 2u, 3u, 10u, 99u, 100u, 101u, 1000u, 20'000u}) {
      auto all = draw(random, shape, n);
      auto counts = array_of(all);
      std::sort(all.begin(), all.end());
      for (auto q : {0.01, 0.5, 0.9, 0.99, 1.0}) {
        auto wanted = exact(all, q);
        BOOST_TEST(std::abs(quantile(counts, n, q) - wanted) <= 0.05 * wanted,
                   "shape " << shape << ", " << n << " durations, q " << q);
      }
    }
}

BOOST_AUTO_TEST_CASE(arrays_are_added_without_losing_anything) {
  std::mt19937 random{3};
  auto one = draw(random, 0, 500);
  auto other = draw(random, 1, 700);
  auto sum = array_of(one);
  auto more = array_of(other);
  for (size_t i = 0; i < sum.size(); ++i)
    sum[i] += more[i];
  one.insert(one.end(), other.begin(), other.end());
  BOOST_TEST((sum == array_of(one)));
}

BOOST_AUTO_TEST_CASE(what_was_counted_can_be_read) {
  latency_counts counts;
  counts.note(1ms);
  counts.note(1ms);
  counts.note(2s);
  BOOST_TEST(counts.total() == 3u);
  BOOST_TEST(counts.at(buckets::index_of(1ms)) == 2u);
  BOOST_TEST(counts.at(buckets::index_of(2s)) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
