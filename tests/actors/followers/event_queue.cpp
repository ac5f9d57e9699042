#include "actors/followers/event_queue.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace troupe;
using namespace troupe::followers;

namespace queues_of_followers {

constexpr size_t plenty = 1024 * 1024;

batch_event event(uint64_t seq, size_t size = 10) {
  return {sequence_id{seq}, "k", shared_bytes{std::string(size, 'x')}};
}

batch_event gap(uint64_t from, uint64_t to) {
  return {sequence_id{to}, "gap", shared_bytes::literal("{}"),
          event_gap{sequence_id{from}, sequence_id{to}}};
}

/// Returns the numbers of a batch; a gap is `from-to`, and `(n)` if it counts n events.
std::string spell(const event_batch& b) {
  std::string out;
  for (auto& e : b.events) {
    out += out.empty() ? "" : " ";
    if (!e.gap) {
      out += std::to_string(e.seq);
      continue;
    }
    out += std::to_string(e.gap->from) + '-' + std::to_string(e.gap->to);
    std::string text{e.text.view()};
    if (auto at = text.find("\"dropped\":"); at != text.npos)
      out += '(' + text.substr(at + 10, text.find('}') - at - 10) + ')';
  }
  return out;
}

} // namespace queues_of_followers

BOOST_AUTO_TEST_SUITE(queues_of_followers)

BOOST_AUTO_TEST_CASE(events_leave_in_their_order_as_many_at_a_time_as_are_wanted) {
  event_queue q{100, plenty};
  for (uint64_t i = 1; i <= 5; ++i)
    q.push(event(i, 100));
  BOOST_TEST(spell(q.take(2, plenty)) == "1 2");
  BOOST_TEST(q.waiting() == 5u);
  q.confirm(true);
  BOOST_TEST(q.waiting() == 3u);
  BOOST_TEST(spell(q.take(10, 250)) == "3 4");
  q.confirm(true);
  BOOST_TEST(spell(q.take(10, 1)) == "5"); // the first one however long it is
  q.confirm(true);
  BOOST_TEST(spell(q.take(10, plenty)).empty());
  BOOST_TEST(q.taken() == 5u);
  BOOST_TEST(q.dropped() == 0u);
}

BOOST_AUTO_TEST_CASE(the_oldest_are_dropped_and_counted_in_a_gap) {
  event_queue q{3, plenty};
  for (uint64_t i = 11; i <= 15; ++i)
    q.push(event(i));
  BOOST_TEST(q.dropped() == 2u);
  BOOST_TEST(spell(q.take(10, plenty)) == "11-12(2) 13 14 15");
  q.confirm(true);
  BOOST_TEST(q.taken() == 3u);
  q.push(event(16));
  BOOST_TEST(spell(q.take(10, plenty)) == "16"); // it is told once
}

BOOST_AUTO_TEST_CASE(bytes_are_bounded_and_one_event_is_always_kept) {
  event_queue q{100, 1000 + 2 * limits::event_overhead};
  q.push(event(1, 400));
  q.push(event(2, 400));
  q.push(event(3, 400));
  BOOST_TEST(q.waiting() == 2u);
  q.push(event(4, 5000));
  BOOST_TEST(spell(q.take(10, plenty)) == "1-3(3) 4");
}

BOOST_AUTO_TEST_CASE(a_batch_that_was_not_taken_is_told_in_the_next) {
  event_queue q{100, plenty};
  q.push(event(1));
  q.push(event(2));
  q.take(10, plenty);
  q.confirm(false);
  BOOST_TEST(q.dropped() == 2u);
  BOOST_TEST(spell(q.take(10, plenty)).empty()); // it is no news by itself
  q.push(event(3));
  BOOST_TEST(spell(q.take(10, plenty)) == "1-2(2) 3");
  q.confirm(false); // that they were not told either does not count twice
  BOOST_TEST(q.dropped() == 3u);
  q.push(event(4));
  BOOST_TEST(spell(q.take(10, plenty)) == "1-3(3) 4");
}

BOOST_AUTO_TEST_CASE(a_gap_takes_an_event_with_it_however_small_a_batch_is) {
  event_queue q{100, plenty};
  for (uint64_t i = 1; i <= 4; ++i)
    q.push(event(i));
  BOOST_TEST(spell(q.take(1, 1)) == "1");
  q.confirm(false);
  BOOST_TEST(spell(q.take(1, 1)) == "1-1(1) 2");
  q.confirm(false);
  BOOST_TEST(spell(q.take(1, 1)) == "1-2(2) 3");
  q.confirm(true);
  BOOST_TEST(spell(q.take(1, 1)) == "4");
  q.confirm(false);
  BOOST_TEST(spell(q.take(1, 1)).empty());
  BOOST_TEST(q.taken() == 1u);
  BOOST_TEST(q.dropped() == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_dropped_while_a_batch_is_on_its_way_comes_behind_it) {
  event_queue q{2, plenty};
  q.push(event(1));
  q.push(event(2));
  BOOST_TEST(spell(q.take(2, plenty)) == "1 2");
  for (uint64_t i = 3; i <= 6; ++i)
    q.push(event(i));
  q.confirm(true);
  BOOST_TEST(spell(q.take(2, plenty)) == "3-4(2) 5");
  for (uint64_t i = 7; i <= 9; ++i)
    q.push(event(i));
  q.confirm(false);
  BOOST_TEST(spell(q.take(10, plenty)) == "3-7(5) 8 9");
}

BOOST_AUTO_TEST_CASE(a_gap_of_the_node_is_passed_on_and_dropped_without_being_counted) {
  event_queue q{2, plenty};
  q.push(gap(1, 4));
  q.push(event(5));
  BOOST_TEST(spell(q.take(10, plenty)) == "1-4 5");
  q.confirm(false);
  BOOST_TEST(q.dropped() == 1u);
  q.push(event(6));
  BOOST_TEST(spell(q.take(10, plenty)) == "1-5(1) 6");
  q.confirm(true);
  q.push(gap(7, 8));
  q.push(event(9));
  q.push(event(10));
  BOOST_TEST(spell(q.take(10, plenty)) == "7-8 9 10");
}

BOOST_AUTO_TEST_SUITE_END()
