// Proves that a call that runs for too long is told once, while it runs, and its end too.
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace broker_slow {

struct slow_fixture : broker_fixture {
  void begin(milliseconds after) {
    pool.slow.after = after;
    auto log = [this](slow_log_actor::pointer) -> slow_log_actor::behavior_type {
      return {
          [this](const slow_call& c) { told.push_back(c); },
          [this](const slow_call_end& e) { ended.push_back(e); },
          [](atom::status) { return shared_bytes{std::string{"[]"}}; },
      };
    };
    auto with = std::make_shared<pool_context>(*context());
    with->records.slow_log = keep(sys.spawn(log));
    actor = keep(sys.spawn(broker_behavior, pool_context_ptr{with}));
    verify_always<broker_self>(actor);
    run();
    join(0, 2);
  }
  ~slow_fixture() { told.clear(); }

  std::vector<slow_call> told;
  std::vector<slow_call_end> ended;
};

} // namespace broker_slow

BOOST_FIXTURE_TEST_SUITE(broker_slow, slow_fixture)

BOOST_AUTO_TEST_CASE(a_call_is_slow_when_the_limit_passes_and_not_before) {
  begin(2s);
  submit({make(1)});
  advance(1999ms);
  BOOST_TEST(told.empty());
  advance(1ms);
  BOOST_TEST_REQUIRE(told.size() == 1u);
  BOOST_TEST(told[0].worker_name == "p.0");
  BOOST_TEST((told[0].started - told[0].taken == 0s));
  BOOST_TEST((told[0].deadline == told[0].started + pool.exec_timeout));
  BOOST_TEST(ended.empty());
  advance(5s);
  BOOST_TEST(told.size() == 1u); // told once
  answer(0, 0, "1");
  BOOST_TEST_REQUIRE(ended.size() == 1u);
  BOOST_TEST((ended[0].ticket == told[0].ticket));
  BOOST_TEST((ended[0].how == code::none));
  BOOST_TEST(counted().totals.slow == 1u);
}

BOOST_AUTO_TEST_CASE(each_of_two_is_told_at_its_own_time) {
  begin(2s);
  submit({make(1)});
  advance(1500ms);
  submit({make(2)});
  advance(500ms);
  BOOST_TEST(told.size() == 1u);
  advance(1499ms);
  BOOST_TEST(told.size() == 1u);
  advance(1ms);
  BOOST_TEST(told.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_fast_enough_is_not_told) {
  begin(2s);
  for (uint64_t tag = 1; tag <= 3; ++tag) {
    submit({make(tag)});
    advance(1500ms);
    answer(0, tag - 1, "1");
  }
  advance(5s);
  BOOST_TEST(told.empty());
  BOOST_TEST(ended.empty());
  BOOST_TEST(counted().totals.slow == 0u);
}

BOOST_AUTO_TEST_CASE(without_a_limit_none_is_slow_and_no_timer_is_set) {
  begin(0s);
  submit({make(1)});
  BOOST_TEST(!state().watch.looks_for_slow);
  advance(10s);
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_changed_again_and_again_looks_no_more_often) {
  begin(2s);
  submit({make(1)});
  auto timers = sched.clock().schedule().size();
  for (int i = 0; i < 3; ++i)
    tell(actor, atom::reconfigure_v, context(), supervisor_actor{});
  BOOST_TEST(sched.clock().schedule().size() == timers);
}

BOOST_AUTO_TEST_CASE(the_end_says_how_the_call_ended) {
  begin(1s);
  auto c = make(1);
  c.timeout = 3s;
  submit({c, make(2)});
  advance(3s);
  BOOST_TEST(told.size() == 2u);
  BOOST_TEST_REQUIRE(ended.size() == 1u);
  BOOST_TEST((ended[0].how == code::timeout));
  fault why{code::worker_died, "gone"};
  why.details.worker = worker_facts{"p.0"};
  why.details.worker->stderr_lines = {"boom"};
  die(0, why);
  BOOST_TEST_REQUIRE(ended.size() == 2u);
  BOOST_TEST((ended[1].how == code::worker_died));
  BOOST_TEST(ended[1].last_lines == std::vector<std::string>{"boom"});
}

BOOST_AUTO_TEST_CASE(a_call_that_runs_again_is_slow_again) {
  pool.retries = 1;
  begin(1s);
  join(1);
  auto c = make(1);
  c.idempotent = true;
  submit({c});
  advance(1s);
  auto first = payloads(0).empty() ? 1u : 0u;
  die(first, {code::worker_died, "gone"});
  BOOST_TEST_REQUIRE(ended.size() == 1u);
  BOOST_TEST(ended[0].runs_again);
  advance(1s);
  BOOST_TEST_REQUIRE(told.size() == 2u);
  BOOST_TEST((told[0].ticket != told[1].ticket));
}

BOOST_AUTO_TEST_SUITE_END()
