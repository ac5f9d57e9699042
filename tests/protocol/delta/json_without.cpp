#include "protocol/delta/json_without.hpp"

#include <boost/test/unit_test.hpp>

using troupe::delta::json_without;

BOOST_AUTO_TEST_SUITE(json_without_members)

BOOST_AUTO_TEST_CASE(a_member_is_left_out_at_every_depth) {
  BOOST_TEST(json_without(R"( {"age":1,"a":[{"age":2,"b":"age"},[],3],"c":{"age":{}}} )",
                          {"age", "no"})
             == R"({"a":[{"b":"age"},[],3],"c":{}})");
}

BOOST_AUTO_TEST_CASE(a_key_with_escapes_is_the_one_it_spells) {
  BOOST_TEST(json_without(R"({"\u0061ge":1,"b\"":2})", {"age"}) == R"({"b\"":2})");
}

BOOST_AUTO_TEST_CASE(a_value_that_has_no_members_stays) {
  BOOST_TEST(json_without("17", {"age"}) == "17");
}

BOOST_AUTO_TEST_SUITE_END()
