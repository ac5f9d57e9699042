#include "actors/loop/timing_wheel.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace troupe;
using namespace troupe::loop;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace timing_wheels {

using time_point = std::chrono::steady_clock::time_point;

constexpr auto tick = limits::wheel_tick;
constexpr auto turn = tick * limits::wheel_slots;

struct fixture {
  // Not a whole number of ticks since the epoch: the wheel counts from its start.
  time_point start = time_point{} + 1h + 333us;
  timing_wheel<int> wheel{start};

  /// Returns what expires by `start + after`, in order.
  std::vector<int> expire(microseconds after) {
    std::vector<int> out;
    wheel.expire(start + after, [&](int x) { out.push_back(x); });
    return out;
  }
};

using values = std::vector<int>;

} // namespace timing_wheels

BOOST_FIXTURE_TEST_SUITE(timing_wheels, fixture)

BOOST_AUTO_TEST_CASE(an_empty_wheel_needs_no_wake) {
  BOOST_TEST(!wheel.next_wake());
  BOOST_TEST(wheel.size() == 0u);
  BOOST_TEST(expire(1h).empty());
}

BOOST_AUTO_TEST_CASE(a_value_is_not_early_and_at_most_one_tick_late) {
  wheel.insert(start + 10'300us, 7);
  BOOST_TEST(expire(10'299us).empty());
  BOOST_TEST(expire(10'300us + tick) == values{7}, boost::test_tools::per_element());
  BOOST_TEST(wheel.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_value_due_on_a_tick_is_not_late_at_all) {
  wheel.insert(start + 10 * tick, 7);
  BOOST_TEST(expire(10 * tick - 1us).empty());
  BOOST_TEST(expire(10 * tick) == values{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_due_in_the_past_expires_with_the_next_tick) {
  expire(100 * tick);
  wheel.insert(start + 5 * tick, 7);
  BOOST_TEST(expire(101 * tick) == values{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_expire_in_the_order_of_their_ticks) {
  wheel.insert(start + 30 * tick, 3);
  wheel.insert(start + 10 * tick, 1);
  wheel.insert(start + 20 * tick, 2);
  BOOST_TEST(expire(40 * tick) == (values{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_taken_does_not_expire) {
  wheel.insert(start + 10 * tick, 1);
  auto h = wheel.insert(start + 10 * tick, 2);
  wheel.insert(start + 10 * tick, 3);
  BOOST_TEST(wheel.take(h) == 2);
  BOOST_TEST(wheel.size() == 2u);
  BOOST_TEST(expire(10 * tick) == (values{1, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wheel_whose_only_value_was_taken_needs_no_wake) {
  wheel.take(wheel.insert(start + 10 * tick, 1));
  BOOST_TEST(!wheel.next_wake());
  // Its slot must not be marked either: the next value's wake would be too early.
  wheel.insert(start + 20 * tick, 2);
  BOOST_TEST((wheel.next_wake() == start + 20 * tick));
}

BOOST_AUTO_TEST_CASE(a_taken_value_is_not_kept_alive) {
  timing_wheel<std::shared_ptr<int>> owners{start};
  auto value = std::make_shared<int>(1);
  auto h = owners.insert(start + 10 * tick, value);
  BOOST_TEST(value.use_count() == 2);
  owners.take(h);
  BOOST_TEST(value.use_count() == 1);
  owners.insert(start + 10 * tick, value);
  owners.expire(start + 10 * tick, [](auto&) {});
  BOOST_TEST(value.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(the_next_wake_is_when_the_first_value_expires) {
  wheel.insert(start + 700 * tick, 2);
  wheel.insert(start + 3'500us, 1);
  BOOST_TEST((wheel.next_wake() == start + 4ms));
  expire(4ms);
  BOOST_TEST((wheel.next_wake() == start + 700 * tick));
}

BOOST_AUTO_TEST_CASE(the_next_wake_is_found_across_the_end_of_the_slots) {
  expire(turn - 10 * tick);
  // The same word of the occupied bits as the present tick, but before it: the search
  // comes to it last.
  wheel.insert(start + 2 * turn - 20 * tick, 1);
  BOOST_TEST((wheel.next_wake() == start + 2 * turn - 20 * tick));
  wheel.insert(start + turn + 5 * tick, 2);
  BOOST_TEST((wheel.next_wake() == start + turn + 5 * tick));
}

BOOST_AUTO_TEST_CASE(a_value_several_turns_away_waits_for_its_own_turn) {
  wheel.insert(start + 3 * turn + 5 * tick, 7);
  BOOST_TEST(expire(5 * tick).empty());
  BOOST_TEST(expire(turn + 5 * tick).empty());
  BOOST_TEST(expire(2 * turn + 5 * tick).empty());
  BOOST_TEST(expire(3 * turn + 4 * tick).empty());
  BOOST_TEST(expire(3 * turn + 5 * tick) == values{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whoever_wakes_when_told_meets_a_distant_value_in_few_steps) {
  auto due = start + 10 * turn + 5 * tick;
  wheel.insert(due, 7);
  int wakes = 0;
  for (bool met = false; !met && wakes < 1000; ++wakes) {
    auto next = *wheel.next_wake();
    BOOST_REQUIRE((next <= due));
    wheel.expire(next, [&](int) { met = true; });
  }
  // Once a turn, and once when it is due.
  BOOST_TEST(wakes == 11);
}

BOOST_AUTO_TEST_CASE(what_is_due_at_once_after_a_long_pause_all_expires) {
  for (int i = 0; i < 100; ++i)
    wheel.insert(start + i * 200 * tick, i);
  BOOST_TEST(expire(5 * turn).size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_value_may_be_inserted_and_taken_while_others_expire) {
  auto later = wheel.insert(start + 50 * tick, 50);
  wheel.insert(start + 10 * tick, 10);
  wheel.expire(start + 10 * tick, [&](int) {
    wheel.take(later);
    wheel.insert(start + 20 * tick, 20);
  });
  BOOST_TEST(expire(100 * tick) == values{20}, boost::test_tools::per_element());
}

// Against the obvious implementation: random inserts, takes and steps of time.
BOOST_AUTO_TEST_CASE(it_does_what_a_sorted_map_does) {
  std::mt19937 random{20'240'501};
  auto upto = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  struct kept {
    time_point due;
    timing_wheel<int>::handle handle;
  };
  std::map<int, kept> model;
  auto now = start;
  int number = 0;
  int expired = 0;
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    for (int i = upto(4); i > 0; --i) {
      // Mostly near, sometimes several turns away, sometimes in the past.
      auto away = microseconds{upto(10) == 0 ? upto(20'000'000) : upto(60'000) - 2'000};
      auto due = std::max(start, now + away);
      ++number;
      model[number] = {due, wheel.insert(due, number)};
    }
    if (!model.empty() && upto(2) == 0) {
      auto i = model.lower_bound(upto(number + 1));
      if (i == model.end())
        --i;
      BOOST_REQUIRE(wheel.take(i->second.handle) == i->first);
      model.erase(i);
      ++taken;
    }
    auto before = now;
    now += microseconds{upto(50) == 0 ? upto(6'000'000) : upto(3'000)};
    if (auto wake = wheel.next_wake())
      for (auto& [value, k] : model) // a wake after the first due one would be late
        BOOST_REQUIRE((*wake <= std::max(k.due, before) + tick));
    wheel.expire(now, [&](int value) {
      auto i = model.find(value);
      BOOST_REQUIRE((i != model.end()));
      BOOST_REQUIRE((i->second.due <= now));
      model.erase(i);
      ++expired;
    });
    // What was inserted with a due point in the past comes with the tick that follows.
    for (auto& [value, k] : model)
      BOOST_REQUIRE((std::max(k.due, before) + tick > now));
    BOOST_REQUIRE(wheel.size() == model.size());
  }
  BOOST_TEST(expired > 1000);
  BOOST_TEST(taken > 1000);
}

BOOST_AUTO_TEST_SUITE_END()
