#include "tests/actors/broker/support_broker.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;
using times = std::vector<milliseconds>;

namespace broker_abandoned {

struct abandoning : broker_fixture {
  /// Starts with one worker, which does not let go of what it has.
  void begin() {
    pool.exec_timeout = 3s;
    start();
    join(0);
    worker(0).lets_go = false;
  }
  call with_timeout(uint64_t tag, milliseconds timeout) const {
    auto c = make(tag);
    c.timeout = timeout;
    return c;
  }
  const times& left() { return worker(0).left_to_finish; }
};

} // namespace broker_abandoned

BOOST_FIXTURE_TEST_SUITE(broker_abandoned, abandoning)

BOOST_AUTO_TEST_CASE(a_call_whose_caller_gives_up_may_run_until_exec_timeout) {
  begin();
  submit({with_timeout(1, 1s)});
  advance(1s);
  BOOST_TEST(sink->error(1).what == code::timeout);
  BOOST_TEST((left() == times{2s}));
}

BOOST_AUTO_TEST_CASE(so_may_one_that_is_cancelled_or_whose_caller_is_gone) {
  pool.size = 2;
  begin();
  join(1);
  submit({make(1), make(2)});
  advance(500ms);
  cancel(1);
  advance(500ms);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  auto all = worker(0).left_to_finish;
  all.insert(all.end(), worker(1).left_to_finish.begin(), worker(1).left_to_finish.end());
  std::sort(all.begin(), all.end());
  BOOST_TEST((all == times{2s, 2500ms}));
}

BOOST_AUTO_TEST_CASE(its_time_began_when_it_started_and_not_when_it_came) {
  begin();
  submit({make(1), with_timeout(2, 4s)});
  advance(2s);
  answer(0, 0, "1");
  advance(2s);
  BOOST_TEST(sink->error(2).what == code::timeout);
  BOOST_TEST((left() == times{1s}));
}

BOOST_AUTO_TEST_CASE(exec_timeout_itself_leaves_no_time) {
  begin();
  submit({make(1)});
  advance(3s);
  BOOST_TEST(sink->error(1).what == code::timeout);
  BOOST_TEST((left() == times{0ms}));
}

BOOST_AUTO_TEST_CASE(where_the_pool_wants_them_killed_there_is_no_time_left) {
  pool.abandoned = config::abandonment::kill;
  begin();
  submit({with_timeout(1, 1s)});
  advance(1s);
  BOOST_TEST((left() == times{0ms}));
}

BOOST_AUTO_TEST_CASE(a_change_of_that_holds_for_calls_that_run_already) {
  begin();
  tell(actor, atom::reconfigure_v, context(), supervisor_actor{});
  submit({make(1)});
  pool.abandoned = config::abandonment::kill;
  tell(actor, atom::reconfigure_v, context(), supervisor_actor{});
  cancel(1);
  BOOST_TEST((left() == times{0ms}));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_ended_is_not_waited_for) {
  begin();
  auto step = make(1);
  step.session = shared_bytes{std::string{"s"}};
  submit({step});
  tell(actor, atom::end_session_v, std::string{"s"});
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST((left() == times{0ms}));
}

BOOST_AUTO_TEST_CASE(its_slot_stays_taken_and_is_counted) {
  begin();
  submit({make(1), make(2)});
  cancel(1);
  auto s = status();
  BOOST_TEST(s.in_flight == 0u);
  BOOST_TEST(s.abandoned == 1u);
  BOOST_TEST(s.slots == 1u);
  BOOST_TEST(s.waiting == 1u);
  release(0);
  BOOST_TEST(payloads(0) == (numbers{1, 2}), boost::test_tools::per_element());
  s = status();
  BOOST_TEST(s.in_flight == 1u);
  BOOST_TEST(s.abandoned == 0u);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_with_one_in_it_leaves_no_count_behind) {
  begin();
  submit({make(1)});
  cancel(1);
  die(0, {code::worker_died, "gone"});
  BOOST_TEST(status().abandoned == 0u);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_pool_that_drains_does_not_wait_for_it) {
  begin();
  submit({make(1)});
  auto request = ask(actor, atom::drain_v);
  BOOST_TEST(!has_answer());
  cancel(1);
  BOOST_REQUIRE(has_answer());
  answer_of<atom::drain>(request);
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_replaced_goes_when_it_has_ended) {
  begin();
  submit({make(1)});
  cancel(1);
  auto request = ask(actor, atom::retire_v, incarnation(0));
  BOOST_TEST(!has_answer());
  release(0);
  BOOST_REQUIRE(has_answer());
  answer_of<atom::retire>(request);
}

BOOST_AUTO_TEST_SUITE_END()
