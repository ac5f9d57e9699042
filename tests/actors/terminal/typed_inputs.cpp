#include "actors/terminal/typed_inputs.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;

namespace inputs_that_are_typed {

struct inputs_fixture {
  void type(uint64_t ticket, size_t bytes) {
    auto begin = inputs.position();
    inputs.type(bytes);
    inputs.add(ticket_id{ticket}, begin);
  }

  typed_inputs inputs;
};

} // namespace inputs_that_are_typed

BOOST_FIXTURE_TEST_SUITE(inputs_that_are_typed, inputs_fixture)

BOOST_AUTO_TEST_CASE(an_input_is_done_when_its_last_byte_has_reached_the_terminal) {
  type(1, 5);
  type(2, 3);
  BOOST_TEST(!inputs.take(4, false));
  BOOST_TEST(inputs.take(5, false).value().ticket == 1u);
  BOOST_TEST(!inputs.take(7, false));
  BOOST_TEST(inputs.take(8, false).value().ticket == 2u);
  BOOST_TEST(inputs.empty());
  BOOST_TEST(!inputs.take(8, false));
}

BOOST_AUTO_TEST_CASE(what_is_lost_is_taken_out_too_and_shows_how_far_it_came) {
  type(1, 5);
  BOOST_TEST(inputs.written(0, 2) == 3u);
  auto lost = inputs.take(3, true);
  BOOST_TEST(lost.value().end > 3u);
}

BOOST_AUTO_TEST_CASE(other_bytes_come_between_inputs) {
  type(1, 5);
  inputs.type(10); // a message
  type(2, 1);
  BOOST_TEST(inputs.written(1, 0) == 15u);
  BOOST_TEST(inputs.take(15, false).value().ticket == 1u);
  BOOST_TEST(!inputs.take(15, false));
}

BOOST_AUTO_TEST_CASE(an_input_that_was_not_begun_is_taken_back) {
  type(1, 5);
  type(2, 3);
  type(3, 4);
  auto taken = inputs.cancel(ticket_id{2}, 1);
  BOOST_TEST(taken.value().offset == 4u);
  BOOST_TEST(taken->length == 3u);
  BOOST_TEST(inputs.position() == 9u);
  BOOST_TEST(inputs.take(5, false).value().ticket == 1u);
  BOOST_TEST(inputs.take(9, false).value().ticket == 3u);
}

BOOST_AUTO_TEST_CASE(half_of_an_input_stays) {
  type(1, 5);
  BOOST_TEST(!inputs.cancel(ticket_id{1}, 1));
  BOOST_TEST(!inputs.cancel(ticket_id{9}, 1)); // no such call
  BOOST_TEST(inputs.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
