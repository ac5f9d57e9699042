#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(broker_workers, broker_fixture)

BOOST_AUTO_TEST_CASE(a_call_that_an_ending_worker_gave_back_runs_elsewhere) {
  pool.size = 2;
  start();
  join(0);
  submit({make(1)});
  join(1);
  fail(0, 0, {code::unavailable, "takes no call now"});
  BOOST_TEST(sink->count(1) == 0u);
  BOOST_TEST(payloads(1) == numbers{1}, boost::test_tools::per_element());
  answer(1, 0, "1");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->result(1) == "1");
}

BOOST_AUTO_TEST_CASE(a_worker_that_gave_a_call_back_gets_no_more) {
  start();
  join(0);
  submit({make(1)});
  fail(0, 0, {code::unavailable, "takes no call now"});
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(status().waiting == 2u);
  BOOST_TEST(status().slots == 0u);
}

BOOST_AUTO_TEST_CASE(a_call_that_was_given_back_is_the_next_again) {
  start();
  join(0);
  submit({make(1), make(2)});
  fail(0, 0, {code::unavailable, "takes no call now"});
  auto fresh = join(0);
  BOOST_TEST(payloads(fresh) == numbers{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_that_was_given_back_still_fails_in_time) {
  pool.queue_timeout = 1s;
  start();
  join(0);
  submit({make(1)});
  advance(400ms);
  fail(0, 0, {code::unavailable, "takes no call now"});
  advance(599ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST(sink->error(1).what == code::queue_timeout);
}

BOOST_AUTO_TEST_CASE(a_call_in_the_mailbox_of_a_worker_that_ends_runs_elsewhere) {
  pool.size = 2;
  start();
  join(0);
  // The worker ends before it is its turn to look at the call.
  caf::anon_send_exit(handle(0), caf::exit_reason::kill);
  run();
  submit({make(1)});
  BOOST_TEST(sink->count(1) == 0u);
  auto fresh = join(1);
  BOOST_TEST(payloads(fresh) == numbers{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_calls_of_a_worker_that_died_fail_and_it_gets_no_more) {
  start();
  join(0, 2);
  submit({make(1), make(2), make(3)});
  die(0, {code::worker_died, "gone"});
  for (uint64_t tag : {1u, 2u}) {
    BOOST_TEST(sink->count(tag) == 1u);
    BOOST_TEST(sink->error(tag).what == code::worker_died);
  }
  BOOST_TEST(sink->count(3) == 0u);
  BOOST_TEST(status().workers == 0u);
  BOOST_TEST(status().in_flight == 0u);
  BOOST_TEST(count_events("call_failed") == 2u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_whose_worker_dies_leaves_nothing_behind) {
  start();
  join(0);
  worker(0).lets_go = false;
  submit({make(1)});
  cancel(1);
  die(0, {code::timeout, "killed for it"});
  auto fresh = join(0);
  submit({make(2)});
  BOOST_TEST(payloads(fresh) == numbers{2}, boost::test_tools::per_element());
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(status().in_flight == 1u);
}

// -- retiring --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_retired_worker_gets_no_more_and_is_reported_when_empty) {
  start();
  join(0, 2);
  submit({make(1)});
  auto request = ask(actor, atom::retire_v, incarnation(0));
  BOOST_TEST(!has_answer());
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  answer(0, 0, "1");
  BOOST_TEST(has_answer());
  answer_of<atom::retire>(request);
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(status().waiting == 1u);
}

BOOST_AUTO_TEST_CASE(an_idle_worker_is_retired_at_once) {
  start();
  join(0);
  auto request = ask(actor, atom::retire_v, incarnation(0));
  BOOST_TEST(has_answer());
  answer_of<atom::retire>(request);
  submit({make(1)});
  BOOST_TEST(worker(0).jobs.empty());
}

BOOST_AUTO_TEST_CASE(retiring_an_unknown_incarnation_is_answered_at_once) {
  start();
  auto request = ask(actor, atom::retire_v, incarnation_id{99});
  BOOST_TEST(has_answer());
  answer_of<atom::retire>(request);
}

BOOST_AUTO_TEST_CASE(a_retired_worker_that_dies_is_reported) {
  start();
  join(0);
  submit({make(1)});
  auto request = ask(actor, atom::retire_v, incarnation(0));
  die(0, {code::worker_died, "gone"});
  BOOST_TEST(has_answer());
  answer_of<atom::retire>(request);
}

BOOST_AUTO_TEST_CASE(two_incarnations_of_one_index_are_told_apart) {
  start();
  join(0);
  submit({make(1)});
  auto request = ask(actor, atom::retire_v, incarnation(0));
  auto fresh = join(0);
  submit({make(2, 0)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(payloads(fresh) == numbers{2}, boost::test_tools::per_element());
  answer(fresh, 0, "2");
  BOOST_TEST(!has_answer());
  answer(0, 0, "1");
  answer_of<atom::retire>(request);
}

BOOST_AUTO_TEST_SUITE_END()
