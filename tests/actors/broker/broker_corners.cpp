#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(broker_corners, broker_fixture)

BOOST_AUTO_TEST_CASE(the_timers_of_a_queue_do_not_pile_up) {
  pool.queue_timeout = 1s;
  start();
  // Each is due before all that wait, so that each moves the timer forward.
  for (uint64_t i = 0; i < 50; ++i) {
    auto c = make(1000 + i);
    c.timeout = milliseconds{500 - i};
    submit({c});
  }
  // Then a steady trickle keeps the queue from ever running empty.
  for (uint64_t i = 0; i < 60; ++i) {
    submit({make(2000 + i)});
    advance(20ms);
  }
  BOOST_TEST(sched.clock().schedule().size() <= 3u);
}

BOOST_AUTO_TEST_CASE(a_call_that_was_given_back_to_a_drained_pool_still_goes_on) {
  pool.size = 2;
  start();
  join(0);
  submit({make(1)});
  auto request = ask(actor, atom::refuse_v);
  answer_of<atom::refuse>(request);
  fail(0, 0, {code::unavailable, "takes no call now"});
  BOOST_TEST(sink->count(1) == 0u);
  auto fresh = join(1);
  BOOST_TEST(payloads(fresh) == numbers{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_of_a_drained_pool_whose_worker_died_is_still_retried) {
  pool.retries = 1;
  start();
  join(0);
  auto c = make(1);
  c.idempotent = true;
  submit({c});
  auto request = ask(actor, atom::refuse_v);
  answer_of<atom::refuse>(request);
  die(0, {code::worker_died, "gone"});
  BOOST_TEST(sink->count(1) == 0u);
  auto fresh = join(0);
  BOOST_TEST(payloads(fresh) == numbers{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_broker_that_ends_answers_those_who_wait_for_a_retired_worker) {
  start();
  join(0);
  submit({make(1)});
  auto request = ask(actor, atom::retire_v, incarnation(0));
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  BOOST_REQUIRE(has_answer());
  answer_of<atom::retire>(request);
}

BOOST_AUTO_TEST_CASE(the_counters_add_up_after_a_caller_has_gone) {
  start();
  join(0);
  submit({make(1), make(2)});
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  auto s = status();
  BOOST_TEST(s.calls == s.results + s.errors);
}

BOOST_AUTO_TEST_CASE(an_idle_hour_does_not_count_as_slow_service) {
  pool.queue_limit = 1;
  start();
  join(0);
  for (uint64_t i = 0; i < 100; ++i) {
    submit({make(i)});
    advance(10ms);
    answer(0, i, "1");
  }
  sched.clock().current_time += 1h;
  for (uint64_t i = 100; i < 105; ++i) {
    submit({make(i)});
    advance(10ms);
    answer(0, i, "1");
  }
  submit({make(200), make(201), make(202)});
  auto wait = sink->error(202).details.retry_after;
  BOOST_REQUIRE(wait.has_value());
  BOOST_TEST(wait->count() < 200);
}

BOOST_AUTO_TEST_SUITE_END()
