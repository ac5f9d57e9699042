#include "actors/session/session_times.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::session;
using namespace std::chrono_literals;

namespace times_of_sessions {

struct times_fixture {
  session_times times;
  const session_times::wall_clock::time_point wall{1000h};
  const steady_clock::time_point steady{1h};
};

} // namespace times_of_sessions

BOOST_FIXTURE_TEST_SUITE(times_of_sessions, times_fixture)

BOOST_AUTO_TEST_CASE(a_use_ends_the_idle_time_and_not_the_age) {
  times.begun = wall;
  times.touch(wall + 5s, steady + 5s);
  BOOST_TEST(times.age(wall + 7s).count() == 7000);
  BOOST_TEST(times.idle(wall + 7s).count() == 2000);
  BOOST_TEST((times.touched == steady + 5s));
}

BOOST_AUTO_TEST_CASE(a_wall_clock_that_was_set_back_makes_nothing_negative) {
  times.begun = times.used = wall;
  BOOST_TEST(times.age(wall - 1h).count() == 0);
  BOOST_TEST(times.idle(wall - 1h).count() == 0);
  times.restore(wall - 1h, steady);
  BOOST_TEST((times.touched == steady));
}

BOOST_AUTO_TEST_CASE(a_session_of_an_earlier_node_has_been_idle_meanwhile) {
  times.used = wall;
  times.restore(wall + 20min, steady);
  BOOST_TEST((times.touched == steady - 20min));
}

BOOST_AUTO_TEST_SUITE_END()
