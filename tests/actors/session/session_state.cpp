#include "actors/session/session_state.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::session;

BOOST_AUTO_TEST_SUITE(states_of_sessions)

BOOST_AUTO_TEST_CASE(what_has_ended_stays_as_it_is) {
  for (auto s : {session_state::finished, session_state::failed, session_state::lost}) {
    BOOST_TEST(is_end(s));
    for (auto e = 0; e < static_cast<int>(session_event::count_); ++e)
      BOOST_TEST(!session_transitions.next(s, static_cast<session_event>(e)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(only_what_is_paused_can_be_continued_and_only_what_runs_can_ask) {
  BOOST_TEST((session_transitions.next(session_state::paused, session_event::continued)
              == session_state::running));
  BOOST_TEST(!session_transitions.next(session_state::running, session_event::continued)
                  .has_value());
  BOOST_TEST((session_transitions.next(session_state::running, session_event::asked)
              == session_state::paused));
  BOOST_TEST(
      !session_transitions.next(session_state::paused, session_event::asked).has_value());
  BOOST_TEST(!session_transitions.next(session_state::paused, session_event::concluded)
                  .has_value());
}

BOOST_AUTO_TEST_CASE(every_state_is_found_by_its_name) {
  for (auto i = 0; i < static_cast<int>(session_state::count_); ++i) {
    auto s = static_cast<session_state>(i);
    BOOST_TEST((find_session_state(to_string(s)) == s));
  }
  BOOST_TEST(!find_session_state("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
