#include "tests/actors/worker/support_worker.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/limits.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;
using signal_list = std::vector<int>;

BOOST_FIXTURE_TEST_SUITE(worker_ends, worker_fixture)

// -- death -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_death_settles_what_ran_in_the_order_it_was_taken) {
  pool.window = 3;
  start_ready();
  give(1);
  give(2);
  give(3);
  answers("0.1");
  give(4); // in the first slot, though it was taken last
  complains(0, "out of memory\n");
  exits(0, signalled{SIGKILL});
  BOOST_TEST(order == (numbers{1, 2, 3, 4}), boost::test_tools::per_element());
  for (uint64_t t : {2u, 3u, 4u}) {
    BOOST_TEST(sink->count(t) == 1u);
    BOOST_TEST(sink->error(t).what == code::worker_died);
    BOOST_TEST(has(sink->error(t).message, "was ended by SIGKILL"));
    BOOST_TEST(has(to_json_members(sink->error(t).details), R"("signal":9)"));
    BOOST_TEST(has(to_json_members(sink->error(t).details), R"("pid":1000)"));
    BOOST_TEST(
        has(to_json_members(sink->error(t).details), R"("stderr":["out of memory"])"));
  }
  BOOST_TEST(end.value().what == code::worker_died);
  BOOST_TEST(count_events("worker_exited") == 1u);
}

BOOST_AUTO_TEST_CASE(an_idle_worker_that_exits_ends_with_its_status) {
  start_ready();
  dies(0);
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::worker_died);
  BOOST_TEST(has(to_json_members(end->details), R"("exit_code":0)"));
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_its_output_and_lives_on_is_killed) {
  start_ready();
  give(1);
  tell(owner(0), atom::output_v, shared_bytes{});
  BOOST_TEST(process->signals.empty()); // as a rule it is about to end
  advance(200ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  BOOST_TEST(sink->count(1) == 0u); // its end tells more
  exits(0, signalled{SIGKILL});
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_TEST(end.value().what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_end_after_sigkill_holds_nobody_up) {
  start_ready();
  give(1);
  tell(owner(0), atom::output_v, shared_bytes{});
  advance(200ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  BOOST_TEST(!end.has_value());
  advance(kill_grace);
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_TEST(has(sink->error(1).message, "does not end after SIGKILL"));
  BOOST_TEST(has(to_json_members(sink->error(1).details), R"("pid":1000)"));
  BOOST_TEST(has(end.value().message, "does not end after SIGKILL"));
}

// -- output that is no frame -----------------------------------------------------

BOOST_AUTO_TEST_CASE(stray_output_fails_the_call_where_only_one_can_be_meant) {
  start_ready();
  give(1);
  writes(0, "Segmentation fault, dumping");
  BOOST_TEST(sink->error(1).what == code::protocol_error);
  BOOST_TEST(status().stray == 1u);
  BOOST_TEST(process->signals.empty());
  BOOST_TEST(!end.has_value());
  answers("0.1"); // of the call that has failed
  BOOST_TEST(status().late == 1u);
  give(2);
  answers("0.2", "2");
  BOOST_TEST(sink->result(2) == "2");
}

BOOST_AUTO_TEST_CASE(stray_output_fails_nothing_where_several_calls_run) {
  pool.window = 2;
  start_ready();
  give(1);
  writes(0, "debug print");
  BOOST_TEST(sink->count(1) == 0u);
  BOOST_TEST(status().stray == 1u);
  answers("0.1");
  BOOST_TEST(sink->result(1) == "1");
}

BOOST_AUTO_TEST_CASE(a_line_that_never_ends_fails_all_calls_and_the_child_is_killed) {
  pool.window = 2;
  pool.max_frame = 64;
  start_ready();
  give(1);
  give(2);
  tell(owner(0), atom::output_v, shared_bytes{std::string(5000, 'x')});
  for (uint64_t t : {1u, 2u})
    BOOST_TEST(sink->error(t).what == code::protocol_error);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  give(3);
  BOOST_TEST(sink->error(3).what == code::unavailable);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::protocol_error);
}

// -- cancelling ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_child_that_can_cancel_is_told_and_its_late_answer_frees_the_slot) {
  start_ready(R"(,"capabilities":["cancel"])");
  give(1);
  process->read();
  cancel(1);
  auto line = process->read();
  BOOST_TEST(has(line, R"("kind":"cancel")"));
  BOOST_TEST(has(line, R"("request_id":"0.1")"));
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(released.empty());
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable); // the slot is not free
  advance(limits::cancel_grace - 1ms);
  answers("0.1");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(status().late == 1u);
  BOOST_TEST(status().state == shown_state::ready);
  advance(2 * limits::cancel_grace);
  BOOST_TEST(process->signals.empty());
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_that_said_it_can_cancel_but_does_not_is_killed) {
  start_ready(R"(,"capabilities":["cancel"])");
  give(1);
  cancel(1);
  advance(limits::cancel_grace - 1ms);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(end.value().what == code::timeout);
}

BOOST_AUTO_TEST_CASE(a_child_that_cannot_cancel_is_killed_for_its_only_call) {
  start_ready();
  give(1);
  process->read();
  cancel(1);
  BOOST_TEST(process->read().empty());
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(end.value().what == code::timeout);
}

BOOST_AUTO_TEST_CASE(calls_beside_a_stuck_one_go_on_until_they_end_and_no_new_ones_come) {
  pool.window = 3;
  start_ready();
  give(1);
  give(2);
  cancel(1);
  BOOST_TEST(process->signals.empty());
  advance(limits::cancel_grace - 1ms);
  BOOST_TEST(record->retired.empty());
  advance(1ms);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  BOOST_TEST(process->signals.empty());
  give(3);
  BOOST_TEST(sink->error(3).what == code::unavailable);
  answers("1.1", "2");
  BOOST_TEST(sink->result(2) == "2");
  // Only what will never end is left.
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stuck_call_that_ends_within_the_grace_costs_nothing) {
  pool.window = 2;
  start_ready();
  give(1);
  give(2);
  cancel(1);
  answers("0.1");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  advance(2 * limits::cancel_grace);
  BOOST_TEST(record->retired.empty());
  BOOST_TEST(status().state == shown_state::busy);
}

BOOST_AUTO_TEST_CASE(cancelling_what_is_not_there_is_answered_at_once) {
  start_ready();
  cancel(99);
  BOOST_TEST(released == numbers{99}, boost::test_tools::per_element());
  BOOST_TEST(process->signals.empty());
}

// -- stopping --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stop_is_asked_for_first_then_signalled_then_forced) {
  pool.stop_timeout = 4s;
  start_ready();
  tell(actor, atom::stop_v, end_reason::reload);
  auto line = process->read();
  BOOST_TEST(has(line, R"("kind":"shutdown")"));
  BOOST_TEST(has(line, R"("reason":"reload")"));
  BOOST_TEST(has(line, R"("grace_ms":2000)"));
  BOOST_TEST(process->closed);
  advance(1999ms);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == signal_list{SIGTERM}, boost::test_tools::per_element());
  advance(3999ms);
  BOOST_TEST(process->signals.size() == 1u);
  advance(1ms);
  BOOST_TEST(process->signals == (signal_list{SIGTERM, SIGKILL}),
             boost::test_tools::per_element());
  BOOST_TEST(!end.has_value());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::none);
}

BOOST_AUTO_TEST_CASE(a_child_that_stops_by_itself_is_not_signalled) {
  start_ready();
  tell(actor, atom::stop_v, end_reason::reload);
  dies(0);
  BOOST_TEST(end.value().what == code::none);
  advance(20s);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(what_runs_may_finish_while_the_child_stops) {
  start_ready();
  give(1);
  tell(actor, atom::stop_v, end_reason::reload);
  answers("0.1");
  BOOST_TEST(sink->result(1) == "1");
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
}

BOOST_AUTO_TEST_CASE(a_second_stop_changes_nothing) {
  start_ready();
  tell(actor, atom::stop_v, end_reason::stop);
  process->read();
  tell(actor, atom::stop_v, end_reason::reload);
  BOOST_TEST(process->read().empty());
}

BOOST_AUTO_TEST_CASE(a_worker_stopped_while_its_child_is_being_started_ends_it) {
  start();
  tell(actor, atom::stop_v, end_reason::shutdown);
  auto c = started(0);
  BOOST_TEST(c->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  BOOST_TEST(c->read().empty());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::none);
  BOOST_TEST(record->ready.empty());
}

BOOST_AUTO_TEST_CASE(a_worker_stopped_before_it_is_ready_does_not_become_ready) {
  start();
  auto c = started(0);
  tell(actor, atom::stop_v, end_reason::shutdown);
  BOOST_TEST(c->closed);
  writes(0, R"({"kind":"ready","payload":{"protocol":1}})");
  BOOST_TEST(record->ready.empty());
}

BOOST_AUTO_TEST_CASE(an_exit_message_kills_the_child_and_then_ends_the_actor) {
  start_ready();
  give(1);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  BOOST_TEST(!end.has_value());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::shutting_down);
  BOOST_TEST(sink->error(1).what == code::worker_died);
}

BOOST_AUTO_TEST_SUITE_END()
