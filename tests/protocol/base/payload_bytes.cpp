#include "protocol/base/payload_bytes.hpp"

#include "tests/protocol/hex.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using test::hex;

BOOST_AUTO_TEST_SUITE(bytes_in_json)

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
  constexpr std::pair<const char*, const char*> rows[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (auto [bytes, text] : rows) {
    std::string out;
    append_base64(out, bytes);
    BOOST_TEST(out == text);
    BOOST_TEST(from_base64(text).value_or("-") == bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  std::string out;
  append_base64(out, all);
  BOOST_TEST((from_base64(out) == all));
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_noticed) {
  for (auto text : {"Zg", "Zg=", "Z===", "Zg=a", "Z g=", "Zm9v\n", "===="})
    BOOST_TEST(!from_base64(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(text_is_a_string_and_the_rest_base64) {
  std::string out;
  append_bytes_as_json(out, "a\"\n\xc3\xa9");
  BOOST_TEST(out == "\"a\\\"\\n\xc3\xa9\"");
  out.clear();
  append_bytes_as_json(out, hex("c3"));
  BOOST_TEST(out == R"({"$base64":"ww=="})");
  BOOST_TEST((as_base64_object(out) == hex("c3")));
}

BOOST_AUTO_TEST_SUITE_END()
