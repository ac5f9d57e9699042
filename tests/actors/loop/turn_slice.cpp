#include "actors/loop/turn_slice.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(turn_slices)

BOOST_AUTO_TEST_CASE(pieces_grow_while_they_are_cheap_and_have_a_bound) {
  turn_slice slice;
  auto last = slice.piece();
  BOOST_TEST(last > 0u);
  // So many that a size which grows without a bound would come round to 0.
  for (int i = 0; i < 100; ++i) {
    slice.is_over();
    BOOST_TEST_REQUIRE(slice.piece() >= last);
    BOOST_TEST_REQUIRE(slice.piece() <= limits::read_chunk);
    last = slice.piece();
  }
}

BOOST_AUTO_TEST_SUITE_END()
