#include "protocol/base/printable.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/test/unit_test.hpp>

using troupe::printable;
using troupe::printable_json;
using troupe::tabs;

BOOST_AUTO_TEST_SUITE(text_made_printable)

BOOST_AUTO_TEST_CASE(what_steers_nothing_stays_as_it_is) {
  BOOST_TEST(printable("") == "");
  BOOST_TEST(printable("plain \\ \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80")
             == "plain \\ \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  BOOST_TEST(printable("\xC2\xA0") == "\xC2\xA0");
}

BOOST_AUTO_TEST_CASE(controls_of_c0_and_c1_and_del_are_escaped) {
  BOOST_TEST(printable("a\x1b[2J\n\r\x07\x7F") == "a\\x1b[2J\\n\\r\\x07\\x7f");
  BOOST_TEST(printable(std::string_view{"\0", 1}) == "\\x00");
  BOOST_TEST(printable("\xC2\x9B"
                       "2J\xC2\x85")
             == "\\u009b2J\\u0085");
}

BOOST_AUTO_TEST_CASE(line_separators_and_marks_of_direction_are_escaped) {
  BOOST_TEST(printable("a\xE2\x80\xA8"
                       "b\xE2\x80\xA9")
             == "a\\u2028b\\u2029");
  BOOST_TEST(printable("\xE2\x80\xAEgnp.exe\xE2\x80\xAC") == "\\u202egnp.exe\\u202c");
  BOOST_TEST(printable("\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\x8F\xD8\x9C")
             == "\\u2066\\u2069\\u200f\\u061c");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_escaped) {
  BOOST_TEST(printable("a\x9B"
                       "2J")
             == "a\\x9b2J"); // one byte, but some terminals obey it
  BOOST_TEST(printable("\xC3") == "\\xc3");
  BOOST_TEST(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");
}

BOOST_AUTO_TEST_CASE(a_tab_may_stay) {
  BOOST_TEST(printable("a\tb") == "a\\tb");
  BOOST_TEST(printable("a\tb\n", tabs::keep) == "a\tb\\n");
}

BOOST_AUTO_TEST_CASE(json_is_made_printable_without_changing_what_it_means) {
  auto text = "{\"a\":\"\x7F\xC2\x9B\xE2\x80\xAE \\n \xC3\xA9\"}";
  auto shown = printable_json(text);
  BOOST_TEST(shown == "{\"a\":\"\\u007f\\u009b\\u202e \\n \xC3\xA9\"}");
  using namespace troupe::json_text;
  BOOST_TEST(is_valid(shown));
  BOOST_TEST(*as_text(*find(shown, "a")) == *as_text(*find(text, "a")));
  BOOST_TEST(printable_json("[1,\n 2]") == "[1,\n 2]");
}

BOOST_AUTO_TEST_SUITE_END()
