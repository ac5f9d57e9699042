#include "actors/broker/fair_queue.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::broker;

namespace call_lines {

/// A caller; only its identity counts.
class somebody : public reply_sink {
public:
  void settle(tag_id, call_result) override {}
  void chunk(tag_id, shared_bytes, std::shared_ptr<stream_flow>) override {}
};

/// A caller that may have too much to read.
class slow_reader : public somebody {
public:
  bool is_behind() const noexcept override { return behind; }
  bool behind = false;
};

pending_call_ptr make_call(const reply_sink_ptr& who, uint64_t tag, int8_t priority = 0) {
  auto c = std::make_unique<pending_call>();
  c->sink = who;
  c->tag = tag_id{tag};
  c->what.priority = priority;
  return c;
}

struct fixture {
  fair_queue line;
  reply_sink_ptr ann = std::make_shared<somebody>();
  reply_sink_ptr bob = std::make_shared<somebody>();

  ~fixture() { BOOST_TEST(line.verify().value_or("") == ""); }

  std::vector<uint64_t> drain() {
    std::vector<uint64_t> tags;
    while (auto c = line.pop())
      tags.push_back(c->tag);
    return tags;
  }
};

using tags = std::vector<uint64_t>;

} // namespace call_lines

BOOST_FIXTURE_TEST_SUITE(call_lines, fixture)

BOOST_AUTO_TEST_CASE(calls_of_one_caller_are_served_in_their_order) {
  for (uint64_t i = 0; i < 5; ++i)
    line.push(make_call(ann, i));
  BOOST_TEST(drain() == (tags{0, 1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ten_thousand_calls_of_one_do_not_hold_up_the_first_of_another) {
  for (uint64_t i = 0; i < 10'000; ++i)
    line.push(make_call(ann, i));
  for (int i = 0; i < 100; ++i)
    line.pop();
  line.push(make_call(bob, 77'777));
  auto order = drain();
  auto at = std::find(order.begin(), order.end(), 77'777u) - order.begin();
  BOOST_TEST(at <= 1);
}

BOOST_AUTO_TEST_CASE(two_callers_take_turns) {
  for (uint64_t i = 0; i < 3; ++i)
    line.push(make_call(ann, i));
  for (uint64_t i = 10; i < 13; ++i)
    line.push(make_call(bob, i));
  BOOST_TEST(drain() == (tags{0, 10, 1, 11, 2, 12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_caller_that_was_away_has_saved_up_no_turns) {
  for (uint64_t i = 0; i < 100; ++i)
    line.push(make_call(ann, i));
  for (int i = 0; i < 100; ++i)
    line.pop();
  for (uint64_t i = 0; i < 3; ++i)
    line.push(make_call(ann, i));
  for (uint64_t i = 10; i < 13; ++i)
    line.push(make_call(bob, i));
  BOOST_TEST(drain() == (tags{0, 10, 1, 11, 2, 12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_higher_priority_overtakes) {
  line.push(make_call(ann, 1, 0));
  line.push(make_call(ann, 2, -3));
  line.push(make_call(ann, 3, 5));
  BOOST_TEST(drain() == (tags{3, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_lowest_priority_is_served_while_the_highest_keeps_coming) {
  line.push(make_call(ann, 0, -10));
  int served = 0;
  for (uint64_t i = 1; i < 10'000; ++i, ++served) {
    line.push(make_call(bob, i, 10));
    if (line.pop()->tag == 0)
      break;
  }
  // Twenty levels lie between the two.
  BOOST_TEST(served <= 20 * limits::priority_step + 1);
  BOOST_TEST(served >= limits::priority_step);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_put_back_is_the_next_again) {
  for (uint64_t i = 0; i < 3; ++i)
    line.push(make_call(ann, i));
  auto first = line.pop();
  line.push(make_call(bob, 9, 10));
  line.push_front(std::move(first));
  BOOST_TEST(line.pop()->tag == 0u);
  BOOST_TEST(line.pop()->tag == 9u);
}

BOOST_AUTO_TEST_CASE(one_of_low_priority_that_is_put_back_does_not_upset_the_turns) {
  line.push(make_call(ann, 0, -10));
  line.push_front(line.pop());
  BOOST_TEST(line.pop()->tag == 0u);
  for (uint64_t i = 1; i < 4; ++i)
    line.push(make_call(ann, i));
  line.push(make_call(bob, 9, 10));
  BOOST_TEST(drain() == (tags{9, 1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_extracted_is_gone_and_the_rest_keeps_its_order) {
  for (uint64_t i = 0; i < 6; ++i)
    line.push(make_call(i % 2 ? ann : bob, i));
  std::vector<pending_call_ptr> out;
  line.extract_if([&](const pending_call& c) { return c.sink == ann; }, out);
  BOOST_TEST(out.size() == 3u);
  BOOST_TEST(line.size() == 3u);
  BOOST_TEST(drain() == (tags{0, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_that_is_taken_out_is_gone_and_the_rest_keeps_its_order) {
  std::vector<call_rank> ranks;
  for (uint64_t i = 0; i < 6; ++i)
    ranks.push_back(line.push(make_call(i % 2 ? ann : bob, i)));
  BOOST_TEST(line.take(bob.get(), ranks[0])->tag == 0u);
  BOOST_TEST(line.take(ann.get(), ranks[3])->tag == 3u);
  BOOST_TEST(line.size() == 4u);
  BOOST_TEST(drain() == (tags{1, 2, 4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_is_behind_is_passed_over_until_it_is_released) {
  auto slow = std::make_shared<slow_reader>();
  line.push(make_call(slow, 0));
  line.push(make_call(ann, 1));
  line.push(make_call(slow, 2));
  line.push(make_call(ann, 3));
  slow->behind = true;
  BOOST_TEST(drain() == (tags{1, 3}), boost::test_tools::per_element());
  BOOST_TEST(line.size() == 2u);
  BOOST_TEST(line.ready() == 0u);
  line.push(make_call(slow, 4));
  BOOST_TEST(drain().empty());
  slow->behind = false;
  line.release(slow.get());
  BOOST_TEST(line.ready() == 3u);
  BOOST_TEST(drain() == (tags{0, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_is_released_and_still_behind_is_passed_over_again) {
  auto slow = std::make_shared<slow_reader>();
  slow->behind = true;
  line.push(make_call(slow, 0));
  BOOST_TEST(drain().empty());
  line.release(slow.get());
  BOOST_TEST(drain().empty());
  line.release(ann.get()); // who has nothing here
  auto rank = line.push(make_call(slow, 1));
  BOOST_TEST(line.take(slow.get(), rank)->tag == 1u); // taken back while it is held
  slow->behind = false;
  line.release(slow.get());
  BOOST_TEST(drain() == tags{0}, boost::test_tools::per_element());
  BOOST_TEST(line.empty());
}

BOOST_AUTO_TEST_SUITE_END()
