#include "protocol/metrics/call_counts.hpp"
#include "protocol/base/metric_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::metrics;

BOOST_AUTO_TEST_SUITE(counts_of_calls)

BOOST_AUTO_TEST_CASE(kinds_are_not_told_apart_unless_that_is_asked_for) {
  calls_by_kind all;
  all.of("a").count_end(code::none);
  all.of("b").count_end(code::timeout);
  BOOST_TEST(all.kinds().empty());
  BOOST_TEST(all.others().ended[0] == 1u);
  BOOST_TEST(all.others().ended[static_cast<size_t>(code::timeout)] == 1u);
}

BOOST_AUTO_TEST_CASE(the_first_kinds_have_counts_of_their_own_and_the_rest_shares_some) {
  calls_by_kind all{2};
  for (auto kind : {"a", "b", "c", "a", "d"})
    all.of(kind).count_end(code::none);
  BOOST_TEST(all.kinds().size() == 2u);
  BOOST_TEST(all.of("a").ended[0] == 2u);
  BOOST_TEST(all.others().ended[0] == 2u);
  BOOST_TEST(all.sum().ended[0] == 5u);
}

BOOST_AUTO_TEST_CASE(a_long_kind_gets_no_label) {
  calls_by_kind all{2};
  all.of(std::string(limits::metric_kind_bytes + 1, 'k')).count_end(code::none);
  BOOST_TEST(all.kinds().empty());
  BOOST_TEST(all.others().ended[0] == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
