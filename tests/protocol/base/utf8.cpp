#include "protocol/base/utf8.hpp"
#include "protocol/base/utf8_repair.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using troupe::append_utf8;
using troupe::begun_utf8_length;
using troupe::to_utf8;
using troupe::utf8_length;
using troupe::utf8_point;

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(each_code_point_is_read_back_and_each_part_of_it_is_its_beginning) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point < 0xE000)
      continue;
    std::string text;
    append_utf8(text, point);
    BOOST_REQUIRE(utf8_length(text) == text.size());
    BOOST_REQUIRE(utf8_point(text) == point);
    for (size_t n = 1; n <= text.size(); ++n)
      BOOST_REQUIRE(begun_utf8_length(std::string_view{text}.substr(0, n))
                    == text.size());
    for (size_t n = 1; n < text.size(); ++n)
      BOOST_REQUIRE(utf8_length(std::string_view{text}.substr(0, n)) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(what_begins_no_character_is_known_by_its_second_byte_at_the_latest) {
  for (auto bad : {"\x80", "\xBF", "\xC0", "\xC1", "\xF5", "\xFF"})
    BOOST_TEST(begun_utf8_length(bad) == 0u);
  for (auto bad : {"\xC3\x28", "\xE0\x9F", "\xED\xA0", "\xF0\x8F", "\xF4\x90",
                   "\xE2\x82\x28", "\xF0\x9F\x98\x28"})
    BOOST_TEST(begun_utf8_length(bad) == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_replaced_up_to_a_length) {
  BOOST_TEST(to_utf8("a\xC3\xA4") == "a\xC3\xA4");
  BOOST_TEST(to_utf8("a\xFF\xC3z") == "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  BOOST_TEST(to_utf8("") == "");
  BOOST_TEST(to_utf8("ab\xC3\xA4", 4) == "ab\xC3\xA4");
  BOOST_TEST(to_utf8("ab\xC3\xA4", 3) == "ab");
  BOOST_TEST(to_utf8("\xFF\xFF", 5) == "\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
