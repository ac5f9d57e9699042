#include "actors/loop/turn_budget.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::loop;

BOOST_AUTO_TEST_SUITE(turn_slices)

BOOST_AUTO_TEST_CASE(pieces_grow_while_they_are_cheap_and_have_a_bound) {
  turn_budget shared_bytes;
  auto last = shared_bytes.piece();
  BOOST_TEST(last > 0u);
  // So many that a size which grows without a bound would come round to 0.
  for (int i = 0; i < 100; ++i) {
    shared_bytes.is_over();
    BOOST_TEST_REQUIRE(shared_bytes.piece() >= last);
    BOOST_TEST_REQUIRE(shared_bytes.piece() <= limits::read_chunk);
    last = shared_bytes.piece();
  }
}

BOOST_AUTO_TEST_SUITE_END()
