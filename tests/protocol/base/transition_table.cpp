#include "protocol/base/transition_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace transition_tables {

enum class door { open, closed, count_ };
enum class deed { push, pull, slam, count_ };

constexpr transition_table<door, deed> table{{
    /* open   */ {door::closed, never, door::closed},
    /* closed */ {never, door::open, door::closed},
}};

} // namespace transition_tables

BOOST_AUTO_TEST_SUITE(transition_tables)

BOOST_AUTO_TEST_CASE(what_can_happen_leads_to_the_state_in_the_table) {
  BOOST_TEST((table.next(door::open, deed::slam) == door::closed));
  BOOST_TEST((table.next(door::closed, deed::pull) == door::open));
  BOOST_TEST(!table.next(door::open, deed::pull).has_value());
  static_assert(table.next(door::closed, deed::slam) == door::closed);
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_changes_nothing) {
  auto now = door::open;
  BOOST_TEST(!table.advance(now, deed::pull));
  BOOST_TEST((now == door::open));
  BOOST_TEST(table.advance(now, deed::push));
  BOOST_TEST((now == door::closed));
}

BOOST_AUTO_TEST_SUITE_END()
