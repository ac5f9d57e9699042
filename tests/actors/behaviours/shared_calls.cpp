#include "actors/behaviours/shared_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace troupe;
using namespace troupe::behaviours;
using namespace std::chrono_literals;

namespace shared_call_tests {

const steady_clock::time_point start = steady_clock::time_point{} + 1h;

shared_calls::waiter waiter(uint64_t id, const std::string& payload = "1",
                            std::chrono::milliseconds left = 1s) {
  behaviour_call c;
  c.id = ticket_id{id};
  c.kind = shared_bytes::literal("k");
  c.payload = shared_bytes{payload};
  c.deadline = start + left;
  return {std::move(c), {}};
}

std::string ids(const std::vector<shared_calls::waiter>& all) {
  std::string out;
  for (auto& w : all)
    out += std::to_string(w.what.id) + ' ';
  return out;
}

} // namespace shared_call_tests

BOOST_AUTO_TEST_SUITE(shared_call_tests)

BOOST_AUTO_TEST_CASE(equal_calls_wait_for_the_first_and_others_do_not) {
  shared_calls open;
  auto first = open.add(waiter(1));
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST(!open.add(waiter(2)));
  auto other = open.add(waiter(3, "2"));
  BOOST_TEST_REQUIRE(other.has_value());
  BOOST_TEST(!open.verify());
  BOOST_TEST(open.leader(*first).id == 1u);
  BOOST_TEST(ids(open.take(*first)) == "1 2 ");
  BOOST_TEST(!open.has(*first));
  BOOST_TEST(open.has(*other));
  BOOST_TEST(open.add(waiter(4)).has_value());
  BOOST_TEST(!open.verify());
}

BOOST_AUTO_TEST_CASE(calls_of_another_priority_or_idempotency_have_their_own_run) {
  shared_calls open;
  auto plain = open.add(waiter(1));
  auto w = waiter(2);
  w.what.idempotent = true;
  auto idempotent = open.add(w);
  w = waiter(3);
  w.what.priority = 10;
  auto urgent = open.add(w);
  BOOST_TEST_REQUIRE((plain && idempotent && urgent));
  w.what.id = ticket_id{4};
  BOOST_TEST(!open.add(w));
  BOOST_TEST(!open.verify());
  auto left = open.leave(ticket_id{3});
  BOOST_TEST_REQUIRE(left.again.has_value());
  BOOST_TEST(open.leader(*left.again).priority == 10);
  BOOST_TEST(ids(open.take(*plain)) == "1 ");
  BOOST_TEST(ids(open.take(*idempotent)) == "2 ");
  BOOST_TEST(ids(open.take(*left.again)) == "4 ");
  BOOST_TEST(!open.verify());
}

BOOST_AUTO_TEST_CASE(who_leaves_does_not_disturb_the_one_that_leads) {
  shared_calls open;
  auto run = open.add(waiter(1));
  open.add(waiter(2));
  open.add(waiter(3));
  auto left = open.leave(ticket_id{2});
  BOOST_TEST_REQUIRE(left.who.has_value());
  BOOST_TEST(left.who->what.id == 2u);
  BOOST_TEST(!left.again);
  BOOST_TEST(!open.verify());
  BOOST_TEST(ids(open.take(*run)) == "1 3 ");
}

BOOST_AUTO_TEST_CASE(if_the_leader_leaves_the_one_with_most_time_leads_another_run) {
  shared_calls open;
  auto run = open.add(waiter(1));
  open.add(waiter(2, "1", 2s));
  open.add(waiter(3, "1", 5s));
  open.add(waiter(4, "1", 3s));
  auto left = open.leave(ticket_id{1});
  BOOST_TEST_REQUIRE(left.who.has_value());
  BOOST_TEST_REQUIRE(left.again.has_value());
  BOOST_TEST(!open.has(*run));
  BOOST_TEST(open.leader(*left.again).id == 3u);
  BOOST_TEST(!open.verify());
  BOOST_TEST(!open.add(waiter(5))); // which waits for the new run
  BOOST_TEST(open.take(*left.again).size() == 4u);
}

BOOST_AUTO_TEST_CASE(if_all_leave_nothing_is_left) {
  shared_calls open;
  auto run = open.add(waiter(1));
  BOOST_TEST(!open.leave(ticket_id{1}).again);
  BOOST_TEST(!open.has(*run));
  BOOST_TEST(open.take(*run).empty());
  BOOST_TEST(!open.leave(ticket_id{1}).who);
  BOOST_TEST(!open.verify());
}

BOOST_AUTO_TEST_CASE(those_without_time_end_together_and_the_rest_runs_again) {
  shared_calls open;
  auto run = open.add(waiter(1, "1", 1s));
  open.add(waiter(2, "1", 500ms));
  open.add(waiter(3, "1", 2s));
  auto due = open.take_due(*run, start + 1s);
  BOOST_TEST(ids(due.ended) == "1 2 ");
  BOOST_TEST_REQUIRE(due.again.has_value());
  BOOST_TEST(open.leader(*due.again).id == 3u);
  BOOST_TEST(!open.verify());
  due = open.take_due(*due.again, start + 2s);
  BOOST_TEST(ids(due.ended) == "3 ");
  BOOST_TEST(!due.again);
}

BOOST_AUTO_TEST_CASE(its_rules_hold_whatever_comes) {
  std::mt19937 random{5};
  shared_calls open;
  std::vector<shared_calls::run_id> runs;
  uint64_t added = 0;
  uint64_t ended = 0;
  for (int i = 0; i < 3000; ++i) {
    std::optional<shared_calls::run_id> run;
    switch (random() % 4) {
      case 0:
      case 1: {
        auto w = waiter(++added, std::to_string(random() % 5),
                        std::chrono::milliseconds{random() % 1000});
        w.what.idempotent = random() % 2 == 0;
        run = open.add(std::move(w));
        break;
      }
      case 2: {
        auto left = open.leave(ticket_id{1 + random() % (added + 1)});
        ended += left.who ? 1 : 0;
        run = left.again;
        break;
      }
      default:
        if (runs.empty())
          break;
        auto some = runs[random() % runs.size()];
        if (random() % 2 == 0) {
          ended += open.take(some).size();
        } else if (open.has(some)) {
          auto due = open.take_due(some, start + 500ms);
          ended += due.ended.size();
          run = due.again;
        }
    }
    if (run)
      runs.push_back(*run);
    BOOST_TEST_REQUIRE(!open.verify());
  }
  for (auto run : runs)
    ended += open.take(run).size();
  BOOST_TEST(ended == added);
}

BOOST_AUTO_TEST_SUITE_END()
