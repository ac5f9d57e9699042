#include "actors/broker/broker.hpp"

#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(brokers, broker_fixture)

// -- dispatch --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(calls_are_spread_over_idle_workers_first) {
  pool.size = 3;
  start();
  for (int32_t i = 0; i < 3; ++i)
    join(i, 2);
  submit({make(1), make(2), make(3)});
  for (size_t i = 0; i < 3; ++i)
    BOOST_TEST(worker(i).jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_worker_never_has_more_calls_than_its_window) {
  pool.size = 2;
  start();
  join(0, 1);
  join(1, 2);
  submit({make(1), make(2), make(3), make(4)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(worker(1).jobs.size() == 2u);
  BOOST_TEST(status().waiting == 1u);
  BOOST_TEST(status().in_flight == 3u);
  BOOST_TEST(status().slots == 3u);
  // One slot free: the call that waits takes it, and no other does.
  answer(1, 0, "1");
  BOOST_TEST(worker(1).jobs.size() == 3u);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(the_answer_reaches_the_caller_and_names_the_worker) {
  start();
  join(0);
  submit({make(7)});
  answer(0, 0, "\"x\"");
  BOOST_TEST(sink->count(7) == 1u);
  BOOST_TEST(sink->result(7) == "\"x\"");
  BOOST_TEST(status().results == 1u);
  BOOST_TEST(status().errors == 0u);
}

BOOST_AUTO_TEST_CASE(calls_wait_until_a_worker_joins) {
  start();
  submit({make(1)});
  BOOST_TEST(status().waiting == 1u);
  join(0);
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_with_busy_and_keeps_what_waits) {
  pool.queue_limit = 2;
  start();
  join(0);
  submit({make(1), make(2), make(3), make(4)});
  BOOST_TEST(sink->error(4).what == code::busy);
  BOOST_TEST(sink->count(4) == 1u);
  for (uint64_t tag : {1u, 2u, 3u})
    BOOST_TEST(sink->count(tag) == 0u);
  BOOST_TEST(status().waiting == 2u);
}

BOOST_AUTO_TEST_CASE(a_payload_beyond_max_frame_is_refused) {
  pool.max_frame = 10;
  start();
  join(0);
  uint64_t long_one = 11'111'111'111;
  submit({make(long_one)});
  BOOST_TEST(sink->error(long_one).what == code::payload_too_large);
  BOOST_TEST(worker(0).jobs.empty());
}

// -- addressed calls -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_call_for_one_worker_waits_for_it_and_holds_up_nobody) {
  pool.size = 2;
  start();
  join(0);
  join(1);
  submit({make(1, 0)});
  submit({make(2, 0)});
  submit({make(3)});
  // Worker 1 is idle all the time: call 2 does not go there, call 3 does not wait.
  BOOST_TEST(payloads(0) == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(payloads(1) == numbers{3}, boost::test_tools::per_element());
  answer(1, 0, "1");
  BOOST_TEST(worker(1).jobs.size() == 1u);
  answer(0, 0, "1");
  BOOST_TEST(payloads(0) == (numbers{1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_for_an_idle_worker_is_taken_though_the_queue_is_full) {
  pool.size = 2;
  pool.queue_limit = 1;
  start();
  join(0);
  join(1);
  submit({make(1, 0), make(2, 0)});
  submit({make(3, 1)});
  BOOST_TEST(payloads(1) == numbers{3}, boost::test_tools::per_element());
  submit({make(4, 1)});
  BOOST_TEST(sink->error(4).what == code::busy);
}

BOOST_AUTO_TEST_CASE(calls_for_a_busy_worker_do_not_make_an_idle_one_refuse) {
  pool.size = 2;
  pool.queue_limit = 1;
  start();
  join(0);
  join(1);
  submit({make(1, 0), make(2, 0)}); // one runs, one fills the queue
  submit({make(3)});
  BOOST_TEST(sink->count(3) == 0u);
  BOOST_TEST(payloads(1) == numbers{3}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_for_a_worker_that_cannot_exist_is_refused) {
  pool.size = 2;
  start();
  submit({make(1, 2)});
  BOOST_TEST(sink->error(1).what == code::worker_not_found);
  BOOST_TEST(sink->error(1).details.never_started); // another node may have more of them
}

// -- CAF requesters --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_actor_that_asks_gets_the_outcome) {
  start();
  join(0);
  auto request = ask(actor, make(1));
  answer(0, 0, "5");
  auto got = answer_of<outcome>(request);
  BOOST_TEST(got.payload.view() == "5");
  BOOST_TEST(got.worker.view() == "p.0");
}

BOOST_AUTO_TEST_CASE(an_actor_that_asks_gets_the_fault) {
  start();
  join(0);
  auto request = ask(actor, make(1));
  fail(0, 0, {code::worker_error, "no", {.relayed = "\"worker_code\":3"}});
  auto got = fault_of<outcome>(request);
  BOOST_TEST(got.what == code::worker_error);
  BOOST_TEST(got.message == "no");
  BOOST_TEST(got.details.relayed == "\"worker_code\":3");
}

// -- the pool as a whole ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_condition_fails_calls_at_once_until_it_is_taken_back) {
  start();
  submit({make(1)});
  tell(actor, atom::condition_v, fault{code::unavailable, "all dead"});
  BOOST_TEST(sink->error(1).message == "all dead");
  submit({make(2)});
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(status().condition.message == "all dead");
  tell(actor, atom::condition_v, fault{});
  submit({make(3)});
  BOOST_TEST(sink->count(3) == 0u);
  join(0);
  BOOST_TEST(payloads(0) == numbers{3}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failed_start_fails_what_waits_but_not_what_comes) {
  start();
  submit({make(1)});
  tell(actor, atom::fail_waiting_v, fault{code::handshake_failed, "no ready"});
  BOOST_TEST(sink->error(1).what == code::handshake_failed);
  submit({make(2)});
  BOOST_TEST(sink->count(2) == 0u);
}

BOOST_AUTO_TEST_CASE(draining_fails_what_waits_and_answers_when_what_runs_has_ended) {
  start();
  join(0);
  submit({make(1), make(2)});
  auto request = ask(actor, atom::drain_v);
  BOOST_TEST(sink->error(2).what == code::shutting_down);
  BOOST_TEST(sink->count(1) == 0u);
  BOOST_TEST(!has_answer());
  submit({make(3)});
  BOOST_TEST(sink->error(3).what == code::shutting_down);
  answer(0, 0, "1");
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(request);
}

BOOST_AUTO_TEST_CASE(an_idle_broker_is_drained_at_once) {
  start();
  join(0);
  auto request = ask(actor, atom::drain_v);
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(request);
}

BOOST_AUTO_TEST_CASE(a_broker_that_ends_settles_everything_it_holds) {
  start();
  join(0);
  submit({make(1), make(2)});
  auto request = ask(actor, make(3));
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  for (uint64_t tag : {1u, 2u}) {
    BOOST_TEST(sink->count(tag) == 1u);
    BOOST_TEST(sink->error(tag).what == code::shutting_down);
  }
  BOOST_TEST(fault_of<outcome>(request).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_broker_whose_pool_was_removed_refuses_calls_that_come_late) {
  start();
  join(0);
  auto has_ended = false;
  keep(sys.spawn([&](caf::event_based_actor* me) -> caf::behavior {
    me->monitor(actor);
    me->set_down_handler([&](const caf::down_msg&) { has_ended = true; });
    return {[](int) {}};
  }));
  run();
  caf::anon_send_exit(actor, caf::exit_reason::normal);
  run();
  submit({make(1)});
  BOOST_TEST(sink->error(1).what == code::pool_not_found);
  auto request = ask(actor, make(2));
  BOOST_TEST(fault_of<outcome>(request).what == code::pool_not_found);
  BOOST_TEST(!has_ended);
  advance(1s);
  BOOST_TEST(has_ended);
}

BOOST_AUTO_TEST_CASE(that_an_operator_drains_and_resumes_a_pool_is_told_once) {
  start();
  join(0);
  BOOST_TEST(!status().drained_for);
  auto refused = ask(actor, atom::refuse_v);
  answer_of<atom::refuse>(refused);
  advance(3s);
  auto again = ask(actor, atom::refuse_v);
  answer_of<atom::refuse>(again);
  BOOST_TEST((status().drained_for == 3s));
  BOOST_TEST(count_events("pool_drained") == 1u);
  BOOST_TEST(logged("drained by an operator").size() == 1u);
  for (int i = 0; i < 2; ++i) {
    auto admitted = ask(actor, atom::admit_v);
    answer_of<atom::admit>(admitted);
  }
  BOOST_TEST(!status().drained_for);
  BOOST_TEST(count_events("pool_resumed") == 1u);
  BOOST_TEST(logged("p: resumed by an operator after 3 seconds").size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
