#include "broker/front/batch_event.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(events_of_batches)

BOOST_AUTO_TEST_CASE(events_and_gaps_are_told_apart_once) {
  auto all = read_batch(
      R"({"events":[{"seq":4,"kind":"gap","from":2,"to":4},{"seq":5,"kind":"x"}]})");
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_REQUIRE(all[0].gap.has_value());
  BOOST_TEST(all[0].gap->from == 2);
  BOOST_TEST(all[0].gap->to == 4);
  BOOST_TEST(!all[1].gap.has_value());
  BOOST_TEST(all[1].seq == 5);
  BOOST_TEST(all[1].kind == "x");
  BOOST_TEST(all[1].text == R"({"seq":5,"kind":"x"})");
}

BOOST_AUTO_TEST_CASE(members_that_are_named_as_those_of_a_gap_make_none) {
  auto all = read_batch(R"({"events":[{"seq":1,"kind":"x","from":2,"to":"gap"}]})");
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(!all[0].gap.has_value());
}

BOOST_AUTO_TEST_CASE(a_batch_may_be_empty) {
  BOOST_TEST(read_batch(R"({"events":[],"next":5})").empty());
  BOOST_TEST(read_batch("{}").empty());
}

BOOST_AUTO_TEST_SUITE_END()
