// Proves that looks which nobody shares cost a node only so much time and memory,
// however many tabs have them.
#include "broker/front/dashboard/page_limits.hpp"
#include "tests/broker/front/dashboard/fake_tab.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::testing;
using namespace troupe::front::dashboard;

namespace many_looks {

constexpr auto unwatch = R"({"kind":"unwatch","id":1})";

/// A look that no other tab shares.
std::string watch(int id, const std::string& pool) {
  return R"({"kind":"watch","id":)" + std::to_string(id)
         + R"(,"ask":"pool","payload":{"name":")" + pool + "\"}}";
}

std::string answer(size_t bytes, char what = 'x') {
  return '"' + std::string(bytes - 2, what) + '"';
}

bool is_busy(const std::string& message) {
  return message.find(R"("code":"busy")") != message.npos;
}

constexpr auto large = page_limits::page_large + 1;

struct tabs_fixture {
  /// Has a tab open so many looks that no other tab has.
  void watch_many(fake_tab& who, int looks) {
    for (int i = 0; i < looks; ++i)
      who.says(watch(i, "p" + std::to_string(++pools)));
  }

  /// Has others keep all but so many bytes that large answers may fill.
  void leave_room_for(size_t bytes) const {
    auto others = page_limits::pages_kept_large - bytes - board->kept->now();
    BOOST_TEST_REQUIRE(board->kept->add(others, 0));
  }

  int pools = 0;
  std::shared_ptr<look_board> board = std::make_shared<look_board>();
  fake_tab tab{board};
  fake_tab other{board};
};

} // namespace many_looks

BOOST_FIXTURE_TEST_SUITE(many_looks, tabs_fixture)

BOOST_AUTO_TEST_CASE(a_few_are_asked_for_the_first_time_at_once) {
  watch_many(tab, 20);
  for (int left = 20; left > 0; --left) {
    auto most = std::min(size_t(left), page_limits::page_firsts);
    BOOST_TEST_REQUIRE(tab.open("pool") == most);
    tab.answers("pool", "{}");
  }
  BOOST_TEST(tab.calls.size() == 20u);
  tab.pass(1); // what is known is asked without that
  BOOST_TEST(tab.open("pool") == 20u);
}

BOOST_AUTO_TEST_CASE(the_tab_that_was_answered_least_comes_first) {
  watch_many(tab, 20);
  tab.answers("pool", answer(1000));
  watch_many(other, 2);
  BOOST_TEST(other.open("pool") == 0u);
  tab.answers("pool", answer(1000));
  tab.answers("pool", answer(1000));
  BOOST_TEST(other.open("pool") == 2u);
}

BOOST_AUTO_TEST_CASE(a_look_that_is_closed_counts_until_it_is_answered) {
  for (size_t i = 0; i < page_limits::page_firsts; ++i) {
    tab.says(watch(1, "q" + std::to_string(i)));
    tab.says(unwatch);
  }
  watch_many(other, 1);
  other.pass(1);
  BOOST_TEST(other.open("pool") == 0u);
  tab.answers("pool", "{}");
  BOOST_TEST(other.open("pool") == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_is_not_answered_for_long_does_not_count) {
  watch_many(tab, int(page_limits::page_firsts));
  watch_many(other, 1);
  other.pass(2);
  BOOST_TEST(other.open("pool") == 0u);
  other.pass(3);
  BOOST_TEST(other.open("pool") == 1u);
}

BOOST_AUTO_TEST_CASE(tabs_that_have_gone_leave_their_turns_and_places_to_others) {
  auto third = std::make_unique<fake_tab>(board);
  auto fourth = std::make_unique<fake_tab>(board);
  watch_many(*third, int(page_limits::page_firsts));
  watch_many(*fourth, 1);
  watch_many(tab, 1);
  fourth.reset();
  third.reset();
  tab.pass(1);
  BOOST_TEST(tab.open("pool") == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_counted_until_nobody_has_it) {
  auto third = std::make_unique<fake_tab>(board);
  for (auto who : {&tab, &other, third.get()}) {
    who->says(watch(1, "p"));
    BOOST_TEST(board->kept->now() > 0u);
  }
  auto asked = board->kept->now();
  tab.answers("pool", answer(1000));
  BOOST_TEST(board->kept->now() == asked + 1000);
  other.is_reading = false;
  tab.pass(1);
  tab.answers("pool", answer(500));
  BOOST_TEST(board->kept->now() == asked + 500);
  for (auto who : {&tab, &other})
    who->says(unwatch);
  BOOST_TEST(board->kept->now() > 500u);
  third.reset();
  BOOST_TEST(board->kept->now() == 0u);
}

BOOST_AUTO_TEST_CASE(the_answer_before_counts_while_a_tab_does_not_read) {
  tab.says(watch(1, "p"));
  auto asked = board->kept->now();
  tab.answers("pool", answer(page_limits::page_unread));
  tab.is_reading = false;
  tab.pass(1);
  tab.answers("pool", answer(page_limits::page_unread, 'y')); // waits for it
  tab.pass(1);
  tab.answers("pool", answer(1000));
  BOOST_TEST(board->kept->now() == asked + page_limits::page_unread + 1000);
  tab.takes();
  BOOST_TEST(board->kept->now() == asked + 1000);
}

BOOST_AUTO_TEST_CASE(an_answer_for_which_there_is_no_room_is_busy_until_there_is_some) {
  tab.says(watch(1, "p"));
  leave_room_for(large - 1);
  tab.takes();
  tab.answers("pool", answer(large));
  auto told = tab.takes();
  BOOST_TEST_REQUIRE(told.size() == 1u);
  BOOST_TEST(is_busy(told[0]));
  BOOST_TEST(told[0].find(R"("retryable":true)") != std::string::npos);
  board->kept->remove(1);
  tab.pass(9);
  BOOST_TEST(tab.open("pool") == 0u);
  tab.pass(3);
  tab.answers("pool", answer(large));
  BOOST_TEST(tab.shown(1) == answer(large));
}

BOOST_AUTO_TEST_CASE(small_answers_find_room_where_large_ones_find_none) {
  tab.says(watch(1, "p"));
  leave_room_for(0);
  tab.answers("pool", answer(page_limits::page_large));
  BOOST_TEST(tab.shown(1).size() == page_limits::page_large);
}

BOOST_AUTO_TEST_CASE(an_answer_takes_the_room_of_the_one_before) {
  tab.says(watch(1, "p"));
  tab.answers("pool", answer(large));
  leave_room_for(0);
  tab.pass(2);
  tab.answers("pool", answer(large, 'y'));
  BOOST_TEST(tab.shown(1) == answer(large, 'y'));
}

BOOST_AUTO_TEST_CASE(a_look_is_refused_if_there_is_no_room_for_what_it_asks) {
  leave_room_for(0);
  while (board->kept->now() < page_limits::pages_kept)
    BOOST_TEST_REQUIRE(board->kept->add(page_limits::page_large, 0));
  tab.takes();
  tab.says(watch(1, "p"));
  tab.says(R"({"kind":"watch","id":2,"ask":"events"})");
  auto told = tab.takes();
  BOOST_TEST_REQUIRE(told.size() == 2u);
  BOOST_TEST((is_busy(told[0]) && is_busy(told[1])));
  BOOST_TEST(tab.calls.empty());
  board->kept->remove(1000);
  tab.says(watch(1, "p"));
  BOOST_TEST(tab.open("pool") == 1u);
}

BOOST_AUTO_TEST_CASE(a_hidden_tab_does_not_keep_a_large_answer) {
  tab.says(watch(1, "p"));
  auto asked = board->kept->now();
  tab.answers("pool", answer(large));
  tab.says(R"({"kind":"pause"})");
  BOOST_TEST(board->kept->now() == asked);
  tab.says(R"({"kind":"resume"})");
  tab.takes();
  tab.answers("pool", answer(large, 'y'));
  BOOST_TEST(tab.takes().at(0).starts_with(R"({"kind":"state","id":1,"value":"yyy)"));
}

BOOST_AUTO_TEST_SUITE_END()
