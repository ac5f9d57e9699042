#include "protocol/base/api_key.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(api_keys)

BOOST_AUTO_TEST_CASE(a_key_is_what_a_header_can_carry) {
  BOOST_TEST(is_api_key("s3cret!~"));
  for (auto key : {"", " ", "a b", "a\n", "a\rb", "a\tb", "\x7F", "caf\xC3\xA9", "\x80"})
    BOOST_TEST(!is_api_key(key), "'" << key << "'");
  BOOST_TEST(!is_api_key(std::string_view{"a\0b", 3}));
}

BOOST_AUTO_TEST_CASE(only_line_ends_behind_a_key_are_taken_away) {
  BOOST_TEST(without_line_end("key") == "key");
  BOOST_TEST(without_line_end("key\r\n") == "key");
  BOOST_TEST(without_line_end("key\n\n") == "key");
  BOOST_TEST(without_line_end("\nk\ney ") == "\nk\ney ");
  BOOST_TEST(without_line_end("\n") == "");
}

BOOST_AUTO_TEST_SUITE_END()
