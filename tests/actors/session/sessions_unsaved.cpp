// What SESSIONS does while the record cannot be written.
#include "tests/actors/session/support_sessions.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::session;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(sessions_that_are_not_on_record, sessions_fixture)

BOOST_AUTO_TEST_CASE(a_run_that_is_not_on_record_does_not_begin) {
  start_sessions();
  break_registry();
  operate(1, "run", R"({"pool":"p"})");
  BOOST_TEST(sink->error(1).what == code::internal);
  BOOST_TEST(sink->error(1).message.find("disk") != std::string::npos);
  BOOST_TEST(worker(0).jobs.empty());
  BOOST_TEST(acceptors->all.empty());
  operate(2, "list", "{}");
  BOOST_TEST(sink->result(2) == "[]");
  BOOST_TEST(published_kinds() == "");
}

BOOST_AUTO_TEST_CASE(what_a_step_came_to_is_told_only_once_it_is_on_record) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  auto id = on_record().id;
  break_registry();
  asks(0);
  BOOST_TEST(sink->error(1).what == code::internal);
  BOOST_TEST(sink->error(1).details.session.value().id == id);
  BOOST_TEST(state_of(id) == "running");
  BOOST_TEST((on_record().state == session_state::running));
  advance(2s);
  BOOST_TEST(state_of(id) == "running");
  mend_registry();
  advance(2s);
  BOOST_TEST(state_of(id) == "paused");
  BOOST_TEST((on_record().state == session_state::paused));
  BOOST_TEST(published_kinds() == "session_run session_paused ");
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_worker_is_noticed_though_its_pause_was_not_on_record) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  auto id = on_record().id;
  break_registry();
  asks(0);
  die(0, {code::worker_died, "it was stopped"});
  mend_registry();
  advance(2s);
  BOOST_TEST(state_of(id) == "lost");
  BOOST_TEST((on_record().state == session_state::lost));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_not_on_record_changes_nothing) {
  start_sessions();
  auto id = begin();
  break_registry();
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(sink->error(2).what == code::internal);
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(state_of(id) == "paused");
  mend_registry();
  operate(3, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_end_by_an_error_is_told_at_once_and_recorded_when_it_can_be) {
  start_sessions();
  auto id = begin();
  break_registry();
  operate(2, "stop", named(id));
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(state_of(id) == "failed");
  BOOST_TEST((on_record().state == session_state::paused));
  mend_registry();
  advance(2s);
  BOOST_TEST((on_record().state == session_state::failed));
  submit({make(7)});
  BOOST_TEST(worker(0).jobs.size() == 2u); // its place is free
}

BOOST_AUTO_TEST_CASE(a_session_is_remembered_until_it_is_off_the_record) {
  start_sessions();
  auto id = begin();
  operate(2, "stop", named(id));
  execute("CREATE TRIGGER broken BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, "
          "'disk'); END");
  operate(3, "stop", named(id));
  BOOST_TEST(sink->error(3).what == code::internal);
  BOOST_TEST(state_of(id) == "failed");
}

BOOST_AUTO_TEST_CASE(sessions_are_idle_for_too_long_also_while_the_registry_is_mended) {
  config.idle = 5s;
  start_sessions();
  auto idle = begin();
  break_registry();
  advance(6s);
  BOOST_TEST(state_of(idle) == "failed");
  mend_registry();
  advance(2s);
  BOOST_TEST((on_record().state == session_state::failed));
}

BOOST_AUTO_TEST_SUITE_END()
