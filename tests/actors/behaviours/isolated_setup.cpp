#include "actors/behaviours/isolated_setup.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::behaviours;

BOOST_AUTO_TEST_SUITE(isolated_setups)

BOOST_AUTO_TEST_CASE(what_a_node_says_is_what_the_process_reads) {
  auto read =
      to_isolated_setup(to_text(isolated_setup{"text@beta", R"({"a":{"b":"c"}})"}));
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->of == "text@beta");
  BOOST_TEST(read->options == R"({"a":{"b":"c"}})");
}

BOOST_AUTO_TEST_CASE(a_placeholder_in_an_option_is_no_placeholder_of_the_environment) {
  auto text = to_text(isolated_setup{"", R"({"a":"{pool}","{worker}":{}})"});
  for (auto word : {"{pool}", "{worker}", "{socket}"})
    BOOST_TEST(text.find(word) == std::string::npos, text);
  BOOST_TEST(text == R"({"of":"","options":{"a":"\u007bpool}","\u007bworker}":{}}})");
}

BOOST_AUTO_TEST_CASE(any_other_text_is_refused) {
  for (auto text : {"", "{", "[]", R"({"of":"p"})", R"({"of":1,"options":{}})",
                    R"({"of":"p","options":[]})"})
    BOOST_TEST(!to_isolated_setup(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
