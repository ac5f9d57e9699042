#include "actors/history/history.hpp"

#include "actors/worker/sampler.hpp"
#include "tests/actors/fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace troupe;
using namespace troupe::testing;
using namespace troupe::history;

namespace histories {

namespace json = boost::json;

/// A HISTORY whose wall clock shows 12:00:00.25 when it begins, and which counts how
/// often it asks for samples.
struct history_fixture : testing::fixture {
  history_fixture() {
    sampler = keep(sys.spawn([this]() -> sampler_actor::behavior_type {
      return {
          [](atom::spawned, const worker_tree&) {},
          [](atom::exited, const worker_tree&, caf::timespan) {},
          [](atom::sample, int32_t) { return os::tree_usage{}; },
          [this](atom::sample, sample_need need) {
            ++(need == sample_need::viewer ? viewed : sampled);
            return std::make_shared<const usage_sample>();
          },
          [](internal::timer) {},
          [](atom::measure) { return metrics_snapshot_ptr{}; },
      };
    }));
    began = now();
    auto wall = [this] {
      return second_count::wall_time{
          std::chrono::duration_cast<second_count::wall_time::duration>(
              noon + 250ms + ahead + (now() - began))};
    };
    actor = keep(sys.spawn(history_behavior, sampler, wall));
    run();
  }
  ~history_fixture() { actor = nullptr; }

  void join(const std::string& called) {
    tell(actor, atom::join_v, called, std::shared_ptr<const pool_activity>{activity});
  }

  /// Moves the clock on to the next timer, again and again.
  void pass(std::chrono::seconds d) {
    for (auto i = 0s; i < d; i += 1s) {
      sched.clock().advance_time(1s);
      run();
    }
  }

  json::object ask_for(history_step step = history_step::second, int64_t since = 0,
                       const std::string& called = "p") {
    auto request = ask(actor, atom::tail_v, history_question{called, step, since});
    return json::parse(answer_of<shared_bytes>(request).view()).as_object();
  }

  static size_t length(const json::object& o, const char* column) {
    return o.at(column).as_array().size();
  }

  /// A noon.
  static constexpr std::chrono::seconds noon{1'800'014'400};
  static constexpr int64_t first = noon.count();

  std::shared_ptr<pool_activity> activity = std::make_shared<pool_activity>();
  steady_clock::time_point began;
  /// How much the wall clock was set on since then.
  std::chrono::seconds ahead{0};
  size_t viewed = 0;
  size_t sampled = 0;
  history_actor actor;
};

} // namespace histories

BOOST_FIXTURE_TEST_SUITE(histories, history_fixture)

BOOST_AUTO_TEST_CASE(rows_are_those_of_whole_seconds_of_the_wall_clock) {
  join("p");
  activity->calls = 1;
  advance(749ms);
  BOOST_TEST(length(ask_for(), "calls") == 0u);
  advance(1ms);
  activity->calls = 3;
  advance(1s);
  auto rows = ask_for();
  BOOST_TEST(rows.at("pool") == "p");
  BOOST_TEST(rows.at("step") == "1s");
  BOOST_TEST(rows.at("step_s") == 1);
  BOOST_TEST(rows.at("start") == first);
  BOOST_TEST(rows.at("next") == first + 2);
  BOOST_TEST(json::serialize(rows.at("calls")) == "[1,2]");
  BOOST_TEST(json::serialize(rows.at("p50_ms")) == "[null,null]");
  for (auto column :
       {"errors", "waiting", "running", "workers", "p99_ms", "memory", "cpu"})
    BOOST_TEST(length(rows, column) == 2u, column);
}

BOOST_AUTO_TEST_CASE(since_leaves_out_what_is_known) {
  join("p");
  pass(10s);
  auto rows = ask_for(history_step::second, first + 7);
  BOOST_TEST(rows.at("start") == first + 7);
  BOOST_TEST(length(rows, "calls") == 3u);
  auto next = rows.at("next").as_int64();
  BOOST_TEST(length(ask_for(history_step::second, next), "calls") == 0u);
  pass(1s);
  BOOST_TEST(length(ask_for(history_step::second, next), "calls") == 1u);
  BOOST_TEST(length(ask_for(history_step::second, next + 1000), "calls") == 0u);
}

BOOST_AUTO_TEST_CASE(minutes_begin_with_those_of_the_wall_clock) {
  join("p");
  pass(150s);
  auto rows = ask_for(history_step::minute);
  BOOST_TEST(rows.at("step_s") == 60);
  BOOST_TEST(rows.at("start") == first);
  BOOST_TEST(length(rows, "calls") == 2u);
  // One that had begun before is not all of interest.
  BOOST_TEST(ask_for(history_step::minute, first + 1).at("start") == first + 60);
}

BOOST_AUTO_TEST_CASE(a_gap_is_null_in_each_column) {
  join("p");
  pass(2s);
  sched.clock().advance_time(5s);
  run();
  auto rows = ask_for();
  for (auto column :
       {"calls", "errors", "waiting", "running", "workers", "p50_ms", "memory"}) {
    auto& all = rows.at(column).as_array();
    BOOST_TEST_REQUIRE(all.size() == 7u);
    for (size_t i = 2; i < 6; ++i)
      BOOST_TEST(all[i].is_null(), column);
  }
  BOOST_TEST(rows.at("calls").as_array()[6] == 0);
}

BOOST_AUTO_TEST_CASE(times_follow_the_wall_clock_when_it_is_set) {
  join("p");
  pass(5s);
  ahead = 1h;
  auto rows = ask_for();
  BOOST_TEST(rows.at("start") == first + 3600);
  BOOST_TEST(length(rows, "calls") == 5u);
  BOOST_TEST(length(ask_for(history_step::second, first + 3603), "calls") == 2u);
}

BOOST_AUTO_TEST_CASE(samples_are_asked_for_once_a_minute_and_by_who_looks) {
  join("p");
  pass(600s);
  BOOST_TEST(sampled == 10u);
  BOOST_TEST(viewed == 0u);
  ask_for();
  BOOST_TEST(viewed == 1u);
}

BOOST_AUTO_TEST_CASE(without_pools_it_does_nothing) {
  pass(5s);
  BOOST_TEST(!sched.clock().has_pending_timeout());
  join("p");
  BOOST_TEST(sched.clock().has_pending_timeout());
  tell(actor, atom::forget_v, std::string{"p"});
  pass(2s);
  BOOST_TEST(!sched.clock().has_pending_timeout());
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_gone_is_not_found_and_begins_anew) {
  join("p");
  pass(5s);
  tell(actor, atom::forget_v, std::string{"p"});
  auto request = ask(actor, atom::tail_v, history_question{"p", history_step::second, 0});
  BOOST_TEST((fault_of<shared_bytes>(request).what == code::pool_not_found));
  join("p");
  pass(2s);
  BOOST_TEST(length(ask_for(), "calls") == 2u);
}

BOOST_AUTO_TEST_CASE(the_rows_of_all_pools_are_one_answer) {
  join("p");
  pass(5s);
  activity->calls = 7;
  join("q");
  pass(2s);
  auto all = ask_for(history_step::second, 0, "");
  BOOST_TEST(all.at("step") == "1s");
  BOOST_TEST(all.at("start") == first);
  BOOST_TEST(all.at("next") == first + 7);
  auto& pools = all.at("pools").as_object();
  BOOST_TEST(pools.size() == 2u);
  BOOST_TEST(length(pools.at("p").as_object(), "calls") == 7u);
  BOOST_TEST(length(pools.at("q").as_object(), "calls") == 2u);
  BOOST_TEST(pools.at("q").at("start") == first + 5);
  BOOST_TEST(json::serialize(pools.at("q").at("ends")) == "[0,0]");
}

BOOST_AUTO_TEST_CASE(the_rows_of_no_pool_are_an_answer_too) {
  auto all = ask_for(history_step::minute, 0, "");
  BOOST_TEST(json::serialize(all)
             == R"({"step":"1m","step_s":60,"start":0,"next":0,"pools":{}})");
}

BOOST_AUTO_TEST_CASE(all_pools_have_few_rows_unless_more_are_asked_for) {
  join("p");
  pass(62s);
  auto rows = [&](std::optional<int64_t> last) {
    auto request =
        ask(actor, atom::tail_v, history_question{"", history_step::second, 0, last});
    auto all = json::parse(answer_of<shared_bytes>(request).view()).as_object();
    return length(all.at("pools").at("p").as_object(), "calls");
  };
  BOOST_TEST(rows(std::nullopt) == 60u);
  BOOST_TEST(rows(61) == 61u);
  BOOST_TEST(length(ask_for(), "calls") == 62u); // of one pool
}

BOOST_AUTO_TEST_CASE(the_last_rows_may_be_asked_for) {
  join("p");
  pass(10s);
  auto ask_last = [&](int64_t last, int64_t since = 0) {
    auto request = ask(actor, atom::tail_v,
                       history_question{"p", history_step::second, since, last});
    return json::parse(answer_of<shared_bytes>(request).view()).as_object();
  };
  BOOST_TEST(length(ask_last(3), "calls") == 3u);
  BOOST_TEST(ask_last(3).at("start") == first + 7);
  BOOST_TEST(length(ask_last(1000), "calls") == 10u);
  BOOST_TEST(length(ask_last(3, first + 9), "calls") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
