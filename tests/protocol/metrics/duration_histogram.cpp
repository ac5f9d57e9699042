#include "protocol/metrics/duration_histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace troupe::metrics;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(duration_histograms)

BOOST_AUTO_TEST_CASE(a_duration_is_in_the_first_bucket_that_holds_it) {
  duration_histogram h;
  h.add(0ns);
  h.add(10us); // a bound is in its own bucket
  h.add(10us + 1ns);
  h.add(600s);
  h.add(601s);
  auto& counts = h.counts();
  BOOST_TEST(counts[0] == 2u);
  BOOST_TEST(counts[1] == 1u);
  BOOST_TEST(counts[counts.size() - 2] == 1u);
  BOOST_TEST(counts.back() == 1u);
  BOOST_TEST(h.count() == 5u);
}

BOOST_AUTO_TEST_CASE(bounds_ascend) {
  auto& bounds = duration_histogram::bounds;
  BOOST_TEST(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>{})
             == bounds.end());
}

BOOST_AUTO_TEST_CASE(a_negative_duration_counts_as_none) {
  duration_histogram h;
  h.add(-1s);
  BOOST_TEST(h.counts()[0] == 1u);
  BOOST_TEST(h.sum().count() == 0);
}

BOOST_AUTO_TEST_CASE(histograms_add_up) {
  duration_histogram a, b;
  a.add(1ms);
  b.add(1ms);
  b.add(2s);
  a += b;
  BOOST_TEST(a.count() == 3u);
  BOOST_TEST((a.sum() == 2s + 2ms));
}

BOOST_AUTO_TEST_SUITE_END()
