#include "actors/supervisor/death_lines.hpp"

#include "protocol/base/log_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace std::chrono_literals;
using admission = death_lines::admission;

namespace death_line_limits {

struct full : death_lines {
  time_point start{1h};
  full() {
    renew(start);
    for (size_t i = 0; i < limits::death_lines; ++i)
      BOOST_TEST((admit() == admission::write));
  }
};

} // namespace death_line_limits

BOOST_FIXTURE_TEST_SUITE(death_line_limits, full)

BOOST_AUTO_TEST_CASE(further_lines_of_a_period_are_counted) {
  BOOST_TEST((admit() == admission::drop_first));
  BOOST_TEST((admit() == admission::drop));
  BOOST_TEST(take_dropped() == 2u);
  BOOST_TEST(take_dropped() == 0u);
  BOOST_TEST((admit() == admission::drop_first));
}

BOOST_AUTO_TEST_CASE(the_next_period_begins_anew_and_tells_what_was_dropped) {
  admit();
  BOOST_TEST(renew(start + limits::death_lines_period - 1ms) == 0u);
  BOOST_TEST((admit() == admission::drop));
  BOOST_TEST(renew(start + limits::death_lines_period) == 2u);
  BOOST_TEST((admit() == admission::write));
}

BOOST_AUTO_TEST_SUITE_END()
