#include "actors/history/pool_history.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace troupe;
using namespace troupe::history;
using namespace std::chrono_literals;

namespace pool_histories {

constexpr auto seconds = history_step::second;
constexpr auto minutes = history_step::minute;

/// The first second of a minute.
constexpr int64_t start = 60'000;

struct fixture {
  /// Calls come and end well, each after this time.
  void calls(uint64_t n, std::chrono::nanoseconds took = 1ms) {
    activity->calls += n;
    for (uint64_t i = 0; i < n; ++i)
      activity->latency.note(took);
  }

  /// A second is over. Time goes on by one.
  void record() {
    history.record(second, 1000 * second + 1000);
    ++second;
  }

  const history_row& last(history_step step) const {
    return history.rows(step)[history.rows(step).end() - 1];
  }

  std::shared_ptr<pool_activity> activity = std::make_shared<pool_activity>();
  pool_history history{activity};
  int64_t second = start;
};

bool is_near(double shown, double wanted) {
  return std::abs(shown - wanted) <= 0.05 * wanted;
}

} // namespace pool_histories

BOOST_FIXTURE_TEST_SUITE(pool_histories, fixture)

BOOST_AUTO_TEST_CASE(a_second_has_what_happened_in_it) {
  calls(3);
  activity->errors += 1;
  activity->waiting = 5;
  activity->running = 2;
  activity->workers = 4;
  record();
  BOOST_TEST(last(seconds).calls == 3u);
  BOOST_TEST(last(seconds).errors == 1u);
  BOOST_TEST(last(seconds).waiting == 5u);
  BOOST_TEST(last(seconds).running == 2u);
  BOOST_TEST(last(seconds).workers == 4u);
  BOOST_TEST(is_near(last(seconds).p50_ms, 1));
  record();
  BOOST_TEST(last(seconds).calls == 0u);
  BOOST_TEST(last(seconds).errors == 0u);
  BOOST_TEST(last(seconds).waiting == 5u);
  BOOST_TEST(std::isnan(last(seconds).p50_ms)); // no call ended
}

BOOST_AUTO_TEST_CASE(quantiles_are_those_of_the_second_and_of_the_minute) {
  for (int i = 0; i < 60; ++i) {
    calls(99, i < 31 ? 1ms : 4ms);
    calls(1, 1s);
    record();
    BOOST_TEST(is_near(last(seconds).p50_ms, i < 31 ? 1 : 4));
    BOOST_TEST(is_near(last(seconds).p99_ms, i < 31 ? 1 : 4));
  }
  BOOST_TEST(is_near(last(minutes).p50_ms, 1));
  BOOST_TEST(is_near(last(minutes).p99_ms, 4));
}

BOOST_AUTO_TEST_CASE(a_minute_is_the_sum_of_its_seconds_and_the_most_of_them) {
  for (uint32_t i = 0; i < 60; ++i) {
    BOOST_TEST((history.rows(minutes).begin() == history.rows(minutes).end()));
    calls(2);
    activity->errors += 1;
    activity->waiting = i == 20 ? 9 : 1;
    activity->running = i == 21 ? 8 : 0;
    activity->workers = 3;
    record();
  }
  BOOST_TEST(history.rows(minutes).begin() == start / 60);
  BOOST_TEST(history.rows(minutes).end() == start / 60 + 1);
  BOOST_TEST(last(minutes).calls == 120u);
  BOOST_TEST(last(minutes).errors == 60u);
  BOOST_TEST(last(minutes).waiting == 9u);
  BOOST_TEST(last(minutes).running == 8u);
  BOOST_TEST(last(minutes).workers == 3u);
}

BOOST_AUTO_TEST_CASE(seconds_are_kept_for_exactly_15_minutes) {
  for (int i = 0; i < 900; ++i) {
    calls(1);
    record();
  }
  auto& rows = history.rows(seconds);
  BOOST_TEST(rows.begin() == start);
  BOOST_TEST(rows.end() == start + 900);
  calls(7);
  record();
  BOOST_TEST(rows.begin() == start + 1);
  BOOST_TEST(rows.end() == start + 901);
  BOOST_TEST(rows[start + 1].calls == 1u);
  BOOST_TEST(rows[start + 900].calls == 7u);
}

BOOST_AUTO_TEST_CASE(minutes_are_kept_for_exactly_24_hours) {
  constexpr int64_t day = 24 * 60;
  auto& rows = history.rows(minutes);
  for (int64_t i = 0; i < day * 60; ++i) {
    if (i % 60 == 5)
      calls(static_cast<uint64_t>(i / 60 + 1));
    record();
  }
  BOOST_TEST(rows.begin() == start / 60);
  BOOST_TEST(rows.end() == start / 60 + day);
  BOOST_TEST(rows[rows.begin()].calls == 1u);
  for (int i = 0; i < 60; ++i)
    record();
  BOOST_TEST(rows.begin() == start / 60 + 1);
  BOOST_TEST(rows.end() == start / 60 + day + 1);
  BOOST_TEST(rows[rows.begin()].calls == 2u);
  BOOST_TEST(last(minutes).calls == 0u);
}

BOOST_AUTO_TEST_CASE(what_was_missed_is_a_gap_and_nothing_is_lost) {
  calls(1);
  record();
  calls(2);
  second += 200; // asleep
  calls(3);
  record();
  auto& rows = history.rows(seconds);
  BOOST_TEST(rows.end() - rows.begin() == 202);
  BOOST_TEST(rows[start].calls == 1u);
  for (auto i = start + 1; i < start + 201; ++i)
    BOOST_TEST_REQUIRE(rows[i].is_gap());
  BOOST_TEST(rows[start + 201].calls == 5u);
  // The minute that had begun, two that nobody saw, and the one that goes on.
  auto& all = history.rows(minutes);
  BOOST_TEST(all.end() - all.begin() == 1);
  while (second % 60 != 0)
    record();
  BOOST_TEST(all.end() - all.begin() == 4);
  BOOST_TEST(all[start / 60].calls == 1u);
  BOOST_TEST(all[start / 60 + 1].is_gap());
  BOOST_TEST(all[start / 60 + 2].is_gap());
  BOOST_TEST(all[start / 60 + 3].calls == 5u);
}

BOOST_AUTO_TEST_CASE(a_gap_longer_than_all_rows_leaves_gaps_alone) {
  calls(1);
  record();
  second += 100'000;
  record();
  auto& rows = history.rows(seconds);
  BOOST_TEST(rows.end() == second);
  BOOST_TEST(rows.end() - rows.begin() == 900);
  for (auto i = rows.begin(); i < rows.end() - 1; ++i)
    BOOST_TEST_REQUIRE(rows[i].is_gap());
  BOOST_TEST(last(seconds).calls == 0u);
}

BOOST_AUTO_TEST_CASE(memory_and_cpu_are_there_while_they_are_sampled) {
  record();
  BOOST_TEST(last(seconds).memory_kib == history_row::none);
  BOOST_TEST(last(seconds).cpu_permille == history_row::none);
  for (uint32_t i = 0; i < 4; ++i) {
    activity->memory = (i + 1) * 1'048'576;
    activity->cpu_permille = 100 * i;
    activity->sampled_ms = 1000 * second + 500;
    record();
    BOOST_TEST(last(seconds).memory_kib == 1024 * (i + 1));
    BOOST_TEST(last(seconds).cpu_permille == 100 * i);
  }
  record(); // a sample may be late
  record();
  BOOST_TEST(last(seconds).memory_kib == history_row::none);
  while (second % 60 != 0)
    record();
  BOOST_TEST(last(minutes).memory_kib == 4096u);
  BOOST_TEST(last(minutes).cpu_permille == (0 + 100 + 200 + 300 + 300) / 5u);
}

BOOST_AUTO_TEST_CASE(counts_that_begin_anew_are_differences_all_the_same) {
  constexpr auto huge = uint64_t{1} << 40;
  activity->calls = huge;
  record();
  BOOST_TEST(last(seconds).calls == history_row::none - 1); // the most that a row can say
  activity->calls += 2;
  record();
  BOOST_TEST(last(seconds).calls == 2u);
}

BOOST_AUTO_TEST_CASE(ends_of_workers_are_in_the_second_in_which_they_came) {
  for (uint32_t i = 0; i < 60; ++i) {
    activity->ends += i == 3 ? 2 : 0;
    activity->restarts += i < 2 ? 1 : 0;
    activity->reloads += i == 59 ? 4 : 0;
    record();
  }
  auto& rows = history.rows(seconds);
  BOOST_TEST(rows[start + 3].ends == 2u);
  BOOST_TEST(rows[start + 4].ends == 0u);
  BOOST_TEST(rows[start + 1].restarts == 1u);
  BOOST_TEST(last(seconds).reloads == 4u);
  BOOST_TEST(last(minutes).ends == 2u);
  BOOST_TEST(last(minutes).restarts == 2u);
  BOOST_TEST(last(minutes).reloads == 4u);
}

BOOST_AUTO_TEST_CASE(a_pool_takes_at_most_120_kib) {
  BOOST_TEST(sizeof(history_row)
                     * (pool_history::most_seconds + pool_history::most_minutes)
                 + sizeof(pool_history) + sizeof(latency_counts)
             <= 120u * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
