#include "actors/broker/call_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::broker;
using namespace std::chrono_literals;

namespace call_queues {

using tags = std::vector<uint64_t>;

pending_call_ptr make_call(uint64_t tag, int32_t worker = -1) {
  auto c = std::make_unique<pending_call>();
  c->tag = tag_id{tag};
  c->what.worker = worker;
  return c;
}

/// Tags of those that wait for `index`, or for anyone; takes them out.
tags drain(call_queue& q, int32_t index = -1) {
  tags out;
  while (auto c = index < 0 ? q.pop() : q.pop_for(index))
    out.push_back(c->tag);
  return out;
}

} // namespace call_queues

BOOST_AUTO_TEST_SUITE(call_queues)

BOOST_AUTO_TEST_CASE(calls_for_one_worker_stand_in_a_line_of_their_own) {
  call_queue q;
  q.push(make_call(1, 0));
  q.push(make_call(2));
  q.push(make_call(3, 1));
  q.push(make_call(4, 0));
  BOOST_TEST(q.size() == 4u);
  BOOST_TEST(drain(q) == tags{2}, boost::test_tools::per_element());
  BOOST_TEST(drain(q, 0) == (tags{1, 4}), boost::test_tools::per_element());
  BOOST_TEST(q.size() == 1u);
  BOOST_TEST(drain(q, 2).empty());
  BOOST_TEST(drain(q, 1) == tags{3}, boost::test_tools::per_element());
  BOOST_TEST(q.empty());
}

BOOST_AUTO_TEST_CASE(it_knows_whom_calls_wait_for) {
  call_queue q;
  BOOST_TEST(!q.has_for(-1));
  q.push(make_call(1, 0));
  BOOST_TEST(q.has_for(0));
  BOOST_TEST(!q.has_for(1));
  BOOST_TEST(!q.has_for(-1));
  q.push(make_call(2));
  BOOST_TEST(q.has_for(-1));
  q.pop_for(0);
  BOOST_TEST(!q.has_for(0));
}

BOOST_AUTO_TEST_CASE(a_visitor_may_take_the_last_call_of_the_line_it_visits) {
  call_queue q;
  for (int32_t index : {0, 3, 5})
    q.push(make_call(static_cast<uint64_t>(index), index));
  q.push(make_call(9));
  std::vector<int32_t> visited;
  q.for_each_addressed([&](int32_t index) {
    visited.push_back(index);
    BOOST_TEST((q.pop_for(index) != nullptr));
  });
  BOOST_TEST(visited == (std::vector<int32_t>{0, 3, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(q.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_put_back_is_the_next_of_its_line) {
  call_queue q;
  q.push(make_call(1, 0));
  q.push(make_call(2, 0));
  auto c = q.pop_for(0);
  q.push_front(std::move(c));
  BOOST_TEST(q.size() == 2u);
  BOOST_TEST(drain(q, 0) == (tags{1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_extracted_leaves_all_lines) {
  call_queue q;
  for (uint64_t i = 0; i < 9; ++i)
    q.push(make_call(i, static_cast<int32_t>(i % 3) - 1));
  tags out;
  q.extract_if([](const pending_call& c) { return c.tag >= 3; },
               [&](pending_call_ptr c) { out.push_back(c->tag); });
  BOOST_TEST(out.size() == 6u);
  BOOST_TEST(q.size() == 3u);
  BOOST_TEST(drain(q) == tags{0}, boost::test_tools::per_element());
  BOOST_TEST(drain(q, 0) == tags{1}, boost::test_tools::per_element());
  BOOST_TEST(drain(q, 1) == tags{2}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_earliest_moment_is_that_of_all_lines) {
  call_queue q;
  BOOST_TEST(!q.earliest().has_value());
  steady_clock::time_point base{1h};
  auto late = make_call(1);
  late->start_by = base + 5s;
  q.push(std::move(late));
  auto early = make_call(2, 0);
  early->start_by = base + 2s;
  q.push(std::move(early));
  BOOST_TEST((q.earliest() == base + 2s));
  q.pop_for(0);
  BOOST_TEST((q.earliest() == base + 5s));
}

BOOST_AUTO_TEST_CASE(what_is_due_comes_out_of_any_line_the_earliest_first) {
  call_queue q;
  steady_clock::time_point base{1h};
  uint64_t tag = 0;
  for (auto delay : {5, 2, 9, 2}) {
    ++tag;
    auto c = make_call(tag, static_cast<int32_t>(tag % 2) - 1);
    c->start_by = base + std::chrono::seconds{delay};
    q.push(std::move(c));
  }
  tags out;
  while (auto c = q.pop_due(base + 5s))
    out.push_back(c->tag);
  BOOST_REQUIRE(out.size() == 3u);
  std::sort(out.begin(), out.begin() + 2); // two are due at once
  BOOST_TEST(out == (tags{2, 4, 1}), boost::test_tools::per_element());
  BOOST_TEST((q.earliest() == base + 9s));
  BOOST_TEST(q.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_is_taken_from_where_it_waits) {
  call_queue q;
  q.push(make_call(1));
  auto alone = q.push(make_call(2, 3));
  auto back = q.push_front(make_call(3));
  BOOST_TEST(q.take(alone)->tag == 2u);
  BOOST_TEST(!q.has_for(3));
  BOOST_TEST(q.take(back)->tag == 3u);
  BOOST_TEST(drain(q) == tags{1}, boost::test_tools::per_element());
  BOOST_TEST(!q.earliest().has_value());
}

BOOST_AUTO_TEST_CASE(it_knows_for_which_calls_others_wait) {
  call_queue q;
  auto nested = [](uint64_t tag) {
    auto c = make_call(tag);
    c->what.ancestors = std::make_shared<const std::vector<ancestor>>(
        std::vector<ancestor>{{"p", ticket_id{7}}, {"q", ticket_id{8}}});
    return c;
  };
  q.push(nested(1));
  auto place = q.push(nested(2));
  BOOST_TEST(q.has_descendant("p", ticket_id{7}));
  BOOST_TEST(!q.has_descendant("q", ticket_id{7}));
  q.pop();
  BOOST_TEST(q.has_descendant("q", ticket_id{8}));
  q.take(place);
  BOOST_TEST(!q.has_descendant("p", ticket_id{7}));
}

BOOST_AUTO_TEST_SUITE_END()
