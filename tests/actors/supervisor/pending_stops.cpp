#include "actors/supervisor/pending_stops.hpp"

#include "actors/supervisor/incarnation_index.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;

namespace pending_stop {

struct stops_fixture {
  pending_stops::answer note() {
    return [this](uint64_t count) { answers.push_back(count); };
  }

  const incarnation_id one{1};
  const incarnation_id two{2};
  pending_stops stops;
  std::vector<uint64_t> answers;
};

} // namespace pending_stop

BOOST_FIXTURE_TEST_SUITE(pending_stop, stops_fixture)

BOOST_AUTO_TEST_CASE(a_stop_of_nobody_is_answered_at_once) {
  stops.add({}, note());
  BOOST_TEST(answers == std::vector<uint64_t>{0}, boost::test_tools::per_element());
  BOOST_TEST(stops.empty());
}

BOOST_AUTO_TEST_CASE(a_stop_is_answered_when_the_last_of_its_workers_has_ended) {
  stops.add({one, two}, note());
  stops.ended(one);
  stops.ended(incarnation_id{3});
  stops.ended(one);
  BOOST_TEST(answers.empty());
  stops.ended(two);
  BOOST_TEST(answers == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(stops.empty());
}

BOOST_AUTO_TEST_CASE(two_stops_may_wait_for_one_worker) {
  stops.add({one}, note());
  stops.add({one, two}, note());
  stops.ended(one);
  BOOST_TEST(answers == std::vector<uint64_t>{1}, boost::test_tools::per_element());
  stops.ended(two);
  BOOST_TEST(answers == (std::vector<uint64_t>{1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stop_that_waits_for_one_that_has_ended_is_found) {
  incarnation_index living;
  living.add(one, 101, 0);
  stops.add({one}, note());
  BOOST_TEST(!stops.verify(living).has_value());
  living.remove(101);
  BOOST_TEST(stops.verify(living).has_value());
  stops.ended(one);
  BOOST_TEST(!stops.verify(living).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
