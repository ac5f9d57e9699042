#include "protocol/base/semantic_version.hpp"

#include <boost/test/unit_test.hpp>

using troupe::semantic_version;

namespace semantic_version_tests {

bool accepts(std::string_view wanted, std::string_view offered) {
  return semantic_version::parse(wanted).value().accepts(
      semantic_version::parse(offered).value());
}

} // namespace semantic_version_tests

BOOST_AUTO_TEST_SUITE(semantic_version_tests)

BOOST_AUTO_TEST_CASE(a_version_is_three_numbers_and_what_follows_them_does_not_count) {
  BOOST_TEST(
      (semantic_version::parse("1.20.3")->parts == std::array<uint32_t, 3>{1, 20, 3}));
  BOOST_TEST(
      (*semantic_version::parse("1.2.3-rc.1+b5") == *semantic_version::parse("1.2.3")));
  for (auto text : {"", "1", "1.2", "1.2.", "1.2.3.4", "a.b.c", "1.2.x", "-1.2.3", "1..3",
                    "1.2.99999999999"})
    BOOST_TEST(!semantic_version::parse(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_compatible_version_is_not_older_and_has_the_same_leading_number) {
  BOOST_TEST(accepts("1.2.3", "1.2.3"));
  BOOST_TEST(accepts("1.2.3", "1.9.0"));
  BOOST_TEST(!accepts("1.2.3", "1.2.2"));
  BOOST_TEST(!accepts("1.2.3", "2.2.3"));
  BOOST_TEST(accepts("0.2.3", "0.2.4"));
  BOOST_TEST(!accepts("0.2.3", "0.3.0"));
  BOOST_TEST(accepts("0.0.3", "0.0.3"));
  BOOST_TEST(!accepts("0.0.3", "0.0.4"));
}

BOOST_AUTO_TEST_CASE(a_version_that_is_no_number_will_do_where_it_is_the_same) {
  BOOST_TEST(troupe::version_will_do("tea", false, "tea"));
  BOOST_TEST(troupe::version_will_do("tea", true, "tea"));
  BOOST_TEST(!troupe::version_will_do("tea", true, "coffee"));
  BOOST_TEST(!troupe::version_will_do("1.2.3", false, "1.2.4"));
  BOOST_TEST(troupe::version_will_do("1.2.3", true, "1.2.4"));
}

BOOST_AUTO_TEST_SUITE_END()
