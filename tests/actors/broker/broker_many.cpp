// What a broker does to one call must not cost more because others are open.
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace broker_many {

using real_clock = std::chrono::steady_clock;

struct crowded : broker_fixture {
  static constexpr uint64_t many = 20'000;

  void begin() {
    verifies = false; // which is not what is timed here
    pool.queue_limit = 10 * many;
    pool.queue_timeout = 1h;
    pool.exec_timeout = 1h;
    start();
  }

  /// Returns how long `f` takes.
  template <class F>
  static milliseconds time(F&& f) {
    auto begin = real_clock::now();
    f();
    return std::chrono::duration_cast<milliseconds>(real_clock::now() - begin);
  }

  std::vector<call> calls(uint64_t first, uint64_t count) const {
    std::vector<call> out;
    for (uint64_t i = 0; i < count; ++i)
      out.push_back(make(first + i));
    return out;
  }

  /// Asserts that `much`, of so many calls, took as long as `little` of a tenth of them
  /// allows: ten times as long, not a hundred. The rest is for a machine with other work.
  static void check_linear(milliseconds little, milliseconds much) {
    BOOST_TEST_MESSAGE(little.count()
                       << " ms for a tenth, " << much.count() << " ms for all");
    BOOST_TEST(much.count() <= 40 * std::max<int64_t>(little.count(), 1) + 300);
  }
};

} // namespace broker_many

BOOST_FIXTURE_TEST_SUITE(broker_many, crowded)

BOOST_AUTO_TEST_CASE(taking_back_a_waiting_call_costs_the_same_however_many_wait) {
  begin();
  auto cancel_all = [&](uint64_t first, uint64_t count) {
    submit(calls(first, count));
    return time([&] {
      for (auto i = count; i-- > 0;) // the last first, which is the worst
        cancel(first + i);
    });
  };
  auto little = cancel_all(0, many / 10);
  auto much = cancel_all(many, many);
  BOOST_TEST(sink->all.size() == many + many / 10);
  BOOST_TEST(status().waiting == 0u);
  check_linear(little, much);
}

BOOST_AUTO_TEST_CASE(callers_that_go_one_by_one_cost_the_same_however_many_wait) {
  begin();
  auto come_and_go = [&](uint64_t count) {
    std::vector<reply_sink_ptr> sinks;
    submissions batch;
    for (uint64_t i = 0; i < count; ++i) {
      sinks.push_back(std::make_shared<recording_sink>());
      batch.push_back({make(i), sinks.back(), {}});
    }
    tell(actor, std::move(batch));
    return time([&] {
      while (!sinks.empty()) {
        tell(actor, atom::forget_v, sinks.back());
        sinks.pop_back();
      }
    });
  };
  auto little = come_and_go(many / 10);
  auto much = come_and_go(many);
  BOOST_TEST(status().waiting == 0u);
  check_linear(little, much);
}

BOOST_AUTO_TEST_CASE(calls_that_are_due_one_by_one_cost_the_same_however_many_wait) {
  begin();
  auto wait_all = [&](uint64_t count) {
    auto all = calls(0, count);
    uint64_t n = 0;
    for (auto& c : all)
      c.timeout = milliseconds{++n};
    submit(std::move(all));
    return time([&] { advance(milliseconds{count}); });
  };
  auto little = wait_all(many / 10);
  auto much = wait_all(many);
  BOOST_TEST(status().waiting == 0u);
  check_linear(little, much);
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_of_calls_that_have_ended) {
  begin();
  join(0, 4);
  for (uint64_t round = 0; round < 200; ++round) {
    submit(calls(round * 8, 8));
    cancel(round * 8);
    cancel(round * 8 + 7);
    auto& jobs = worker(0).jobs;
    for (size_t j = 0; j < jobs.size(); ++j) // more come while these are answered
      if (jobs[j].answer.pending())
        answer(0, j, "1");
    jobs.clear();
  }
  BOOST_TEST(sink->all.size() == 1600u);
  BOOST_TEST(sched.clock().schedule().size() < 10u);
  std::weak_ptr<recording_sink> gone = sink;
  sink.reset();
  BOOST_TEST(gone.expired());
}

BOOST_AUTO_TEST_SUITE_END()
