#include "actors/terminal/terminal_activity.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;
using namespace std::chrono_literals;

namespace terminal_activities {

struct activity_fixture {
  activity_fixture() {
    how.settle = 300ms;
    how.boot = 10s;
    a.launch(start);
  }

  terminal_activity::time_point start{1h};
  config::terminal how;
  terminal_activity a;
};

} // namespace terminal_activities

BOOST_FIXTURE_TEST_SUITE(terminal_activities, activity_fixture)

BOOST_AUTO_TEST_CASE(a_program_that_has_printed_nothing_may_boot_first) {
  BOOST_TEST((a.message_due(how, false) == start + 10s));
  BOOST_TEST((a.message_due(how, true) == start + 10s));
}

BOOST_AUTO_TEST_CASE(a_message_is_due_when_the_program_is_quiet) {
  a.print(5, how, start + 1s);
  BOOST_TEST((a.message_due(how, false) == start + 1300ms));
  BOOST_TEST((a.message_due(how, true) == start + 1s));
}

BOOST_AUTO_TEST_CASE(a_fresh_program_is_waited_for_no_longer_than_it_may_boot) {
  for (auto t = 1s; t <= 11s; t += 1s)
    a.print(1, how, start + t);
  BOOST_TEST((a.message_due(how, false) == start + 11300ms)); // was quiet in between
  terminal_activity busy;
  busy.launch(start);
  for (auto t = 100ms; t <= 11s; t += 100ms)
    busy.print(1, how, start + t);
  BOOST_TEST((busy.message_due(how, false) == start + 10s));
  busy.note_message();
  BOOST_TEST((busy.message_due(how, false) == start + 11300ms));
}

BOOST_AUTO_TEST_CASE(use_and_output_count_apart) {
  a.print(5, how, start + 1s);
  a.use(start + 3s);
  BOOST_TEST((a.last_used() == start + 3s));
  BOOST_TEST((a.last_active() == start + 1s));
  a.print(7, how, start + 4s);
  BOOST_TEST((a.last_used() == start + 4s));
  BOOST_TEST(a.printed() == 12u);
}

BOOST_AUTO_TEST_CASE(a_silence_is_told_once_until_there_is_output) {
  a.print(5, how, start + 1s);
  BOOST_TEST((a.left_until_silent(5s, start + 2s) == 4s));
  BOOST_TEST(a.must_tell_silence());
  BOOST_TEST(!a.must_tell_silence());
  BOOST_TEST(a.is_silent());
  BOOST_TEST(a.print(1, how, start + 9s));
  BOOST_TEST(!a.is_silent());
  BOOST_TEST(!a.print(1, how, start + 9s));
  BOOST_TEST(a.must_tell_silence());
}

BOOST_AUTO_TEST_SUITE_END()
