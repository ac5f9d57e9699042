#include "tests/actors/broker/support_broker.hpp"

#include "protocol/base/fault_json.hpp"

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(broker_deadlines, broker_fixture)

BOOST_AUTO_TEST_CASE(
    a_call_that_never_started_fails_with_queue_timeout_to_the_millisecond) {
  pool.queue_timeout = 2s;
  start();
  submit({make(1)});
  advance(1999ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::queue_timeout);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(each_waiting_call_has_its_own_moment) {
  pool.queue_timeout = 2s;
  start();
  submit({make(1)});
  advance(500ms);
  auto hasty = make(2);
  hasty.timeout = 300ms; // due before the one that has waited longer
  submit({hasty});
  advance(299ms);
  BOOST_TEST(sink->count(2) == 0u);
  advance(1ms);
  BOOST_TEST(sink->error(2).what == code::queue_timeout);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1199ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST(sink->error(1).what == code::queue_timeout);
}

BOOST_AUTO_TEST_CASE(a_call_that_started_fails_with_timeout_to_the_millisecond) {
  pool.exec_timeout = 3s;
  pool.queue_timeout = 1s;
  start();
  join(0);
  submit({make(1)});
  BOOST_TEST((worker(0).jobs.at(0).what.deadline == now() + 3s));
  advance(2999ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST(sink->error(1).what == code::timeout);
  BOOST_TEST(to_json_members(sink->error(1).details) == "\"worker\":\"p.0\"");
  // The worker is told to let go of it, and its slot is used again.
  BOOST_TEST(worker(0).cancelled.size() == 1u);
  submit({make(2)});
  BOOST_TEST(payloads(0) == (numbers{1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(timeout_ms_counts_waiting_and_running_together) {
  start();
  join(0);
  submit({make(1)});
  auto c = make(2);
  c.timeout = 1s;
  submit({c});
  advance(600ms);
  answer(0, 0, "1"); // now call 2 starts
  BOOST_TEST((worker(0).jobs.at(1).what.deadline == now() + 400ms));
  advance(399ms);
  BOOST_TEST(sink->count(2) == 0u);
  advance(1ms);
  BOOST_TEST(sink->error(2).what == code::timeout);
}

BOOST_AUTO_TEST_CASE(the_time_since_a_front_took_the_call_counts_too) {
  start();
  join(0);
  auto c = make(1);
  c.timeout = 1s;
  advance(400ms); // on its way to the broker
  submit({c});
  BOOST_TEST((worker(0).jobs.at(0).what.deadline == now() + 600ms));
}

BOOST_AUTO_TEST_CASE(timeout_ms_does_not_lengthen_the_limits_of_the_pool) {
  pool.exec_timeout = 1s;
  start();
  join(0);
  auto c = make(1);
  c.timeout = 1h;
  submit({c});
  advance(1s);
  BOOST_TEST(sink->error(1).what == code::timeout);
}

BOOST_AUTO_TEST_CASE(a_call_that_came_too_late_is_not_started) {
  start();
  join(0);
  auto c = make(1);
  c.timeout = 100ms;
  advance(100ms);
  submit({c});
  BOOST_TEST(sink->error(1).what == code::queue_timeout);
  BOOST_TEST(worker(0).jobs.empty());
}

BOOST_AUTO_TEST_CASE(an_answer_takes_the_deadline_back) {
  pool.exec_timeout = 1s;
  start();
  join(0);
  submit({make(1)});
  advance(999ms);
  answer(0, 0, "1");
  advance(1s);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(worker(0).cancelled.empty());
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_that_of_the_next_call) {
  pool.exec_timeout = 1s;
  start();
  join(0);
  submit({make(1)});
  advance(1s);
  submit({make(2)});
  answer(0, 0, "\"late\"");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->count(2) == 0u);
  answer(0, 1, "\"right\"");
  BOOST_TEST(sink->result(2) == "\"right\"");
}

// -- cancelling ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_waiting_call_is_cancelled_without_a_word_to_any_worker) {
  start();
  join(0);
  submit({make(1), make(2), make(3)});
  cancel(2);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  answer(0, 0, "1");
  BOOST_TEST(payloads(0) == (numbers{1, 3}), boost::test_tools::per_element());
  BOOST_TEST(worker(0).cancelled.empty());
}

BOOST_AUTO_TEST_CASE(a_running_call_is_cancelled_at_once_but_its_slot_stays_taken) {
  start();
  join(0);
  worker(0).lets_go = false;
  submit({make(1), make(2)});
  cancel(1);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(worker(0).cancelled == numbers{worker(0).jobs.at(0).what.ticket},
             boost::test_tools::per_element());
  BOOST_TEST(worker(0).jobs.size() == 1u);
  release(0);
  BOOST_TEST(payloads(0) == (numbers{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(cancelling_a_call_that_has_ended_does_nothing) {
  start();
  join(0);
  submit({make(1)});
  answer(0, 0, "1");
  cancel(1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(worker(0).cancelled.empty());
}

BOOST_AUTO_TEST_CASE(cancelling_twice_settles_once) {
  start();
  join(0);
  worker(0).lets_go = false;
  submit({make(1)});
  cancel(1);
  cancel(1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(worker(0).cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_callers_tag_is_not_cancelled) {
  start();
  join(0, 2);
  auto other = std::make_shared<recording_sink>();
  tell(actor, submissions{{make(1), other, tag_id{1}}});
  submit({make(1)});
  cancel(1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(other->count(1) == 0u);
}

BOOST_AUTO_TEST_CASE(
    what_a_gone_caller_left_behind_frees_slots_and_is_settled_for_nobody) {
  start();
  join(0);
  auto other = std::make_shared<recording_sink>();
  submit({make(1), make(2)});
  tell(actor, submissions{{make(3), other, tag_id{3}}});
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(sink->all.size() == 0u);
  // Call 2 will not run; the other caller's does.
  BOOST_TEST(payloads(0) == (numbers{1, 3}), boost::test_tools::per_element());
  answer(0, 0, "1");
  answer(0, 1, "3");
  BOOST_TEST(sink->all.size() == 0u);
  BOOST_TEST(other->result(3) == "3");
  BOOST_TEST(status().in_flight == 0u);
  std::weak_ptr<recording_sink> gone = sink;
  sink.reset();
  BOOST_TEST(gone.expired());
}

BOOST_AUTO_TEST_SUITE_END()
