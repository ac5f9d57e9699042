#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::broker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

namespace broker_retries {

struct retry_fixture : broker_fixture {
  const fault death{code::worker_died, "gone"};

  call make_idempotent(uint64_t tag) const {
    auto c = make(tag);
    c.idempotent = true;
    return c;
  }
};

} // namespace broker_retries

BOOST_FIXTURE_TEST_SUITE(broker_retries, retry_fixture)

BOOST_AUTO_TEST_CASE(an_idempotent_call_is_run_again_as_often_as_the_pool_says) {
  pool.retries = 2;
  pool.quarantine = 0; // else that would end it too
  start();
  for (size_t i = 0; i < 2; ++i) {
    join(0);
    if (i == 0)
      submit({make_idempotent(1)});
    BOOST_TEST(payloads(i) == numbers{1}, boost::test_tools::per_element());
    die(i, death);
    BOOST_TEST(sink->count(1) == 0u);
  }
  auto last = join(0);
  die(last, death);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_run_again_may_end_well) {
  pool.retries = 1;
  start();
  join(0);
  submit({make_idempotent(1)});
  die(0, death);
  auto fresh = join(0);
  answer(fresh, 0, "5");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->result(1) == "5");
}

BOOST_AUTO_TEST_CASE(what_is_not_idempotent_or_partly_out_is_not_run_again) {
  pool.retries = 5;
  start();
  join(0, 2);
  auto streamed = make_idempotent(2);
  streamed.stream = true;
  submit({make(1), streamed});
  die(0, death);
  for (uint64_t tag : {1u, 2u})
    BOOST_TEST(sink->error(tag).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(only_a_death_is_a_reason_to_run_a_call_again) {
  pool.retries = 5;
  start();
  join(0);
  submit({make_idempotent(1)});
  fail(0, 0, {code::worker_error, "no"});
  BOOST_TEST(sink->error(1).what == code::worker_error);
}

BOOST_AUTO_TEST_CASE(the_callers_own_time_runs_on_while_its_call_waits_to_be_run_again) {
  pool.retries = 1;
  start();
  join(0);
  auto c = make_idempotent(1);
  c.timeout = 1s;
  submit({c});
  advance(700ms);
  die(0, death);
  advance(299ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_kills_its_workers_is_refused_and_said_so_once) {
  pool.quarantine = 2;
  start();
  for (size_t i = 0; i < 2; ++i) {
    join(0);
    submit({make(1)});
    die(i, death);
  }
  auto fresh = join(0);
  auto events_before = count_events("call_quarantined");
  submit({make(1), make(2)});
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_TEST(payloads(fresh) == numbers{2}, boost::test_tools::per_element());
  BOOST_TEST(events_before == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_came_back_runs_elsewhere) {
  pool.size = 2;
  start();
  join(0);
  submit({make(1)});
  return_call(0);
  BOOST_TEST(sink->count(1) == 0u);
  auto fresh = join(1);
  BOOST_TEST(payloads(fresh) == numbers{1}, boost::test_tools::per_element());
  answer(fresh, 0, "5");
  BOOST_TEST(sink->result(1) == "5");
}

BOOST_AUTO_TEST_CASE(a_call_that_every_worker_gives_back_is_refused) {
  pool.quarantine = 2;
  start();
  submit({make(1)});
  for (size_t i = 0; i < 2; ++i) {
    BOOST_TEST(sink->count(1) == 0u);
    auto n = join(0);
    return_call(n);
  }
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_TEST(count_events("call_quarantined") == 1u);
  auto fresh = join(0);
  submit({make(2)});
  BOOST_TEST(payloads(fresh) == numbers{2}, boost::test_tools::per_element());
}

// -- keys ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_key_has_one_home_while_that_has_room) {
  pool.size = 3;
  start();
  for (int32_t i = 0; i < 3; ++i)
    join(i, 100);
  for (uint64_t tag = 0; tag < 60; ++tag) {
    auto c = make(tag);
    c.key = "key " + std::to_string(tag % 6);
    submit({c});
  }
  for (uint64_t k = 0; k < 6; ++k) {
    size_t homes = 0;
    for (size_t n = 0; n < 3; ++n) {
      auto all = payloads(n);
      homes += std::any_of(all.begin(), all.end(), [&](auto t) { return t % 6 == k; });
    }
    BOOST_TEST(homes == 1u, "key " << k << " has " << homes << " homes");
  }
}

BOOST_AUTO_TEST_CASE(a_busy_home_is_passed_by_or_waited_for_as_the_pool_says) {
  for (auto rule : {config::affinity::prefer, config::affinity::require}) {
    broker_fixture f;
    f.pool.size = 2;
    f.pool.affinity = rule;
    f.start();
    f.join(0);
    f.join(1);
    for (uint64_t tag : {1u, 2u}) {
      auto c = f.make(tag);
      c.key = "k";
      f.submit({c});
    }
    auto waiting = rule == config::affinity::require ? 1u : 0u;
    BOOST_TEST(f.status().waiting == waiting);
    BOOST_TEST(f.worker(0).jobs.size() + f.worker(1).jobs.size() == 2u - waiting);
  }
}

BOOST_AUTO_TEST_SUITE_END()
