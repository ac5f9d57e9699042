#include "tests/actors/worker/support_worker.hpp"

#include "protocol/base/limits.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;
using signal_list = std::vector<int>;

BOOST_FIXTURE_TEST_SUITE(calls_that_nobody_waits_for, worker_fixture)

BOOST_AUTO_TEST_CASE(a_child_that_cannot_cancel_may_finish_and_keeps_its_slot_till_then) {
  start_ready();
  give(1);
  process->read();
  cancel(1, 5s);
  BOOST_TEST(sink->error(1).what == code::cancelled); // its caller does not wait for that
  BOOST_TEST(process->read().empty());
  BOOST_TEST(process->signals.empty());
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
  advance(4999ms);
  answers("0.1");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(status().state == shown_state::ready);
  give(3);
  answers("0.2", "3");
  BOOST_TEST(sink->result(3) == "3");
  advance(10s);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(it_is_killed_when_its_time_is_over) {
  start_ready();
  give(1);
  cancel(1, 5s);
  advance(4999ms);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(end.value().what == code::timeout); // no death that a breaker would count
}

BOOST_AUTO_TEST_CASE(it_is_shown_as_what_it_is) {
  start_ready();
  give(1);
  advance(100ms);
  cancel(1, 5s);
  advance(100ms);
  auto s = status();
  BOOST_TEST(s.in_flight == 0u);
  BOOST_TEST(s.abandoned == 1u);
  BOOST_TEST(s.state == shown_state::busy);
  BOOST_TEST(s.current_kind == "k");
  BOOST_TEST(s.current_abandoned);
  BOOST_TEST(s.current_age_ms == 200);
  answers("0.1");
  BOOST_TEST(status().abandoned == 0u);
}

BOOST_AUTO_TEST_CASE(the_calls_beside_one_whose_time_is_over_end_before_the_kill) {
  pool.window = 3;
  start_ready();
  give(1);
  give(2);
  cancel(1, 5s);
  give(3); // it takes others meanwhile
  BOOST_TEST(sink->count(3) == 0u);
  advance(5s);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  BOOST_TEST(process->signals.empty());
  answers("1.1");
  answers("2.1");
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_that_said_it_can_cancel_gets_no_more_than_its_moment) {
  start_ready(R"(,"capabilities":["cancel"])");
  give(1);
  cancel(1, 60s);
  advance(limits::cancel_grace);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_of_a_session_that_nobody_waits_for_ends_when_it_asks) {
  start_ready();
  give_step(1, "s");
  cancel(1, 60s);
  BOOST_TEST(process->signals.empty());
  asks("0.1"); // and nobody will answer
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_it_asks_of_other_pools_is_refused) {
  start_ready();
  give(1);
  cancel(1, 60s);
  process->read();
  writes(0, R"({"kind":"call","request_id":"a","payload":{"to":"q","kind":"k"}})");
  BOOST_TEST(has(process->read(), R"("code":"cancelled")"));
  writes(0, R"({"kind":"call","request_id":"b","payload":)"
            R"({"to":"q","kind":"k","parent":"0.1"}})");
  BOOST_TEST(has(process->read(), R"("code":"cancelled")"));
}

BOOST_AUTO_TEST_CASE(a_thousand_of_them_leave_few_timers_behind) {
  start_ready();
  auto before = sched.clock().schedule().size();
  for (uint64_t i = 1; i <= 1000; ++i) {
    give(i);
    cancel(i, 60s);
    answers("0." + std::to_string(i));
    advance(1ms);
  }
  BOOST_TEST(released.size() == 1000u);
  BOOST_TEST(sched.clock().schedule().size() <= before + 2);
}

BOOST_AUTO_TEST_CASE(of_many_in_one_child_each_has_its_own_moment) {
  pool.window = 3;
  start_ready();
  for (uint64_t i : {1, 2, 3})
    give(i);
  cancel(1, 9s);
  cancel(2, 3s);
  cancel(3, 6s);
  advance(2999ms);
  answers("1.1"); // just in time
  advance(3s);
  answers("2.1"); // just in time
  BOOST_TEST(process->signals.empty());
  advance(3s);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
