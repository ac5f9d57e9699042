// Proves that a SUPERVISOR tells of each end of a worker once, with its reason, and keeps
// what is wanted to know of it.
#include "tests/actors/supervisor/support_supervisor.hpp"

#include "protocol/base/log_limits.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(supervisor_ends, supervisor_fixture)

BOOST_AUTO_TEST_CASE(a_death_is_one_line_of_the_log_with_its_reason_and_last_words) {
  start_ready();
  complains(0, "Traceback\nboom\n");
  dies(0, 3);
  auto lines = logged("p.0 ended");
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0]
             == "warning p.0 ended (crash): exited with code 3 (pid 1000); last words on "
                "stderr: boom");
}

BOOST_AUTO_TEST_CASE(the_line_about_a_death_has_its_facts_as_fields) {
  start_ready();
  dies(0, 3);
  auto found = std::find_if(records->begin(), records->end(), [](const std::string& r) {
    return r.find("worker_exited") != std::string::npos;
  });
  BOOST_REQUIRE(found != records->end());
  BOOST_TEST(*found
             == R"({"event":"worker_exited","pool":"p","worker":"p.0","pid":1000,)"
                R"("code":"worker_died","reason":"crash"})");
}

BOOST_AUTO_TEST_CASE(a_failed_start_is_logged_when_it_happens) {
  start();
  not_started(0, "cannot run 'x': no such file");
  BOOST_TEST(logged("p.0 could not be started (spawn_failed): cannot run 'x'").size()
             == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_ends_before_it_is_ready_is_logged_when_it_happens) {
  start();
  started(0);
  complains(0, "no module named x\n");
  dies(0, 1);
  auto lines = logged("p.0 ended (crash): exited with code 1 before it was ready");
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0].ends_with("last words on stderr: no module named x"));
}

BOOST_AUTO_TEST_CASE(a_planned_end_is_one_line_without_alarm) {
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  boots(1);
  answer_of<quantity>(request);
  dies(0, 0);
  auto lines = logged("p.0 ended");
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0] == "info p.0 ended (restart): exited with code 0 (pid 1000)");
  for (auto& r : *records)
    BOOST_TEST(r.find(R"("code":"none")") == std::string::npos, r);
}

BOOST_AUTO_TEST_CASE(a_crash_loop_writes_some_lines_and_counts_the_others) {
  pool.restart.intensity = 1000;
  pool.restart.delay = 1ms;
  pool.restart.max_delay = 1ms;
  start();
  constexpr size_t deaths = 30;
  for (size_t i = 0; i < deaths; ++i) {
    started(i);
    dies(i, 1);
    advance(5ms);
  }
  BOOST_TEST(logged("p.0 ended").size() == limits::death_lines);
  advance(limits::death_lines_period);
  BOOST_TEST(logged("20 more workers ended before they were ready").size() == 1u);
}

BOOST_AUTO_TEST_CASE(planned_replacements_are_no_restarts) {
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  boots(1);
  answer_of<quantity>(request);
  dies(0, 0);
  BOOST_TEST(status().replicas[0].restarts == 0u);
  BOOST_TEST(status().replicas[0].replacements == 1u);
  dies(1, 1);
  BOOST_TEST(status().replicas[0].restarts == 1u);
  BOOST_TEST(status().replicas[0].replacements == 1u);
}

BOOST_AUTO_TEST_CASE(ends_are_counted_apart_from_replacements_for_whoever_looks) {
  start_ready();
  auto me = static_cast<supervisor_self*>(caf::actor_cast<caf::abstract_actor*>(actor));
  auto& told = *me->state.pool->observed.activity;
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  boots(1);
  answer_of<quantity>(request);
  dies(0, 0);
  BOOST_TEST(told.restarts == 1u);
  BOOST_TEST(told.ends == 0u);
  dies(1, 1);
  BOOST_TEST(told.restarts == 1u);
  BOOST_TEST(told.ends == 1u);
  BOOST_TEST(told.reloads == 0u);
}

BOOST_AUTO_TEST_CASE(the_last_end_has_a_time_and_an_age) {
  start_ready();
  dies(0, 1);
  advance(2s);
  auto replica = status().replicas[0];
  BOOST_TEST((reason_in(replica.last_exit.value()) == end_reason::crash));
  BOOST_TEST(replica.last_exit_age_ms == 2000);
  BOOST_TEST((replica.last_exit_time.time_since_epoch().count() > 0));
}

BOOST_AUTO_TEST_CASE(the_last_lines_of_a_worker_outlive_it) {
  pool.restart.delay = 10ms;
  start_ready();
  complains(0, "Traceback\nboom\n");
  dies(0, 1);
  auto gone = ask(actor, atom::tail_v, int32_t{0});
  auto tail = answer_of<log_tail>(gone);
  BOOST_TEST(tail.lines == (std::vector<std::string>{"Traceback", "boom"}),
             boost::test_tools::per_element());
  BOOST_TEST(tail.earlier == 2u);
  advance(20ms);
  boots(1);
  complains(1, "hello\n");
  auto next = ask(actor, atom::tail_v, int32_t{0});
  tail = answer_of<log_tail>(next);
  BOOST_TEST(tail.lines == (std::vector<std::string>{"Traceback", "boom", "hello"}),
             boost::test_tools::per_element());
  BOOST_TEST(tail.earlier == 2u);
}

BOOST_AUTO_TEST_CASE(the_last_lines_of_a_worker_whose_place_is_closed_are_kept) {
  pool.size = 2;
  start_ready();
  complains(1, "bye\n");
  auto smaller = pool;
  smaller.size = 1;
  auto request =
      ask(actor, atom::reload_v, context(smaller), reload_scope::where_different);
  answer_of<quantity>(request);
  dies(1, 0);
  BOOST_TEST(logged("p.1 ended (scale)").size() == 1u);
  BOOST_TEST(status().known_replicas == 2);
  auto gone = ask(actor, atom::tail_v, int32_t{1});
  BOOST_TEST(answer_of<log_tail>(gone).lines == std::vector<std::string>{"bye"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
