#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace broker_looks {

struct looks_fixture : broker_fixture {
  looks_fixture() {
    pool.window = 4;
    pool.workers.is_look = [](std::string_view kind, std::string_view) {
      return kind == "look";
    };
  }

  call look(uint64_t tag, int32_t index = -1) const {
    auto c = make(tag, index);
    c.kind = shared_bytes{std::string{"look"}};
    return c;
  }

  /// Returns what a scrape says of calls that were received and ended, and of their runs.
  std::vector<uint64_t> counted_calls() {
    auto all = counted().calls.sum();
    uint64_t received = 0;
    uint64_t ended = 0;
    for (auto n : all.received)
      received += n;
    for (auto n : all.ended)
      ended += n;
    return {received, ended, all.ran.count(), all.waited.count()};
  }
};

const std::vector<uint64_t> no_calls{0, 0, 0, 0};

} // namespace broker_looks

BOOST_FIXTURE_TEST_SUITE(broker_looks, looks_fixture)

BOOST_AUTO_TEST_CASE(a_look_is_answered_and_counted_nowhere) {
  start();
  join(0, 4);
  submit({look(1)});
  BOOST_TEST_REQUIRE(worker(0).jobs.size() == 1u);
  BOOST_TEST(worker(0).jobs[0].what.is_look);
  BOOST_TEST(status().in_flight == 0u);
  answer(0, 0, "7");
  BOOST_TEST(sink->result(1) == "7");
  BOOST_TEST(status().calls == 0u);
  BOOST_TEST(status().results == 0u);
  BOOST_TEST(counted_calls() == no_calls);
  auto& told = *state().pool->observed.activity;
  BOOST_TEST(told.calls == 0u);
  BOOST_TEST(told.latency.total() == 0u);
  BOOST_TEST(state().watch.looks.size() == 0u);
}

BOOST_AUTO_TEST_CASE(other_calls_of_such_a_pool_count) {
  start();
  join(0, 4);
  submit({make(1)});
  BOOST_TEST(!worker(0).jobs.at(0).what.is_look);
  answer(0, 0, "1");
  BOOST_TEST(status().calls == 1u);
}

BOOST_AUTO_TEST_CASE(a_look_goes_past_what_is_busy_or_drained) {
  pool.size = 2;
  start();
  join(0);
  join(1);
  submit({make(1, 1)});
  auto drained = ask(actor, atom::refuse_v);
  answer_of<atom::refuse>(drained);
  submit({look(2, 1)});
  BOOST_TEST(payloads(1) == (std::vector<uint64_t>{1, 2}));
  BOOST_TEST(payloads(0).empty());
}

BOOST_AUTO_TEST_CASE(without_its_worker_a_look_is_a_call_that_waits) {
  pool.size = 2;
  start();
  join(0);
  submit({look(1, 1)});
  BOOST_TEST(status().waiting == 1u);
  BOOST_TEST(status().calls == 1u);
}

BOOST_AUTO_TEST_CASE(a_look_that_is_not_answered_ends_in_time) {
  start();
  join(0);
  auto hurried = look(1);
  hurried.timeout = 500ms;
  submit({hurried});
  advance(500ms);
  BOOST_TEST(sink->error(1).what == code::timeout);
  BOOST_TEST(status().errors == 0u);
  answer(0, 0, "late");
  BOOST_TEST(state().watch.looks.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_look_ends_with_its_worker) {
  start();
  join(0);
  submit({look(1)});
  die(0, {code::worker_died, "gone"});
  BOOST_TEST(sink->error(1).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_look_is_taken_back_and_forgotten_with_its_caller) {
  start();
  join(0, 4);
  submit({look(1), look(2)});
  cancel(1);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(state().watch.looks.size() == 0u);
  answer(0, 1, "2");
  BOOST_TEST(sink->count(2) == 0u);
}

BOOST_AUTO_TEST_CASE(more_looks_than_the_window_are_calls) {
  pool.window = 2;
  start();
  join(0, 2);
  submit({look(1), look(2), look(3)});
  BOOST_TEST(state().watch.looks.size() == 2u);
  BOOST_TEST(status().calls == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
