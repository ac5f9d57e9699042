#include "actors/session/session.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::session;

namespace sessions_one_by_one {

/// What is wrong with a session that has ended so.
std::string wrong_with(session_state state, code cause) {
  session_entry s;
  s.id = "s";
  s.state = state;
  s.cause.what = cause;
  return s.verify().value_or("");
}

} // namespace sessions_one_by_one

BOOST_AUTO_TEST_SUITE(sessions_one_by_one)

BOOST_AUTO_TEST_CASE(how_a_session_ended_agrees_with_its_cause) {
  BOOST_TEST(wrong_with(session_state::finished, code::none) == "");
  BOOST_TEST(wrong_with(session_state::failed, code::timeout) == "");
  BOOST_TEST(wrong_with(session_state::failed, code::none) == ""); // its worker says why
  BOOST_TEST(wrong_with(session_state::lost, code::worker_died) == "");
  BOOST_TEST(wrong_with(session_state::finished, code::timeout) != "");
  BOOST_TEST(wrong_with(session_state::lost, code::timeout) != "");
}

BOOST_AUTO_TEST_CASE(a_session_that_can_go_on_has_a_worker_and_nobody_waits_for_another) {
  BOOST_TEST(wrong_with(session_state::running, code::none)
             == "session s: it can go on, but nobody has its worker");
  session_entry s;
  s.state = session_state::finished;
  s.step.waiter.emplace();
  BOOST_TEST(s.verify().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
