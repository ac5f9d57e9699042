#include "protocol/wires/msgpack_json.hpp"

#include "protocol/base/json_text.hpp"
#include "tests/protocol/hex.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::wires;
using test::hex;
using test::to_hex;

namespace msgpack_and_json {

std::string json(std::string_view bytes) {
  std::string out;
  if (auto read = append_as_json(out, bytes); !read)
    return "wrong: " + read.error();
  BOOST_TEST(json_text::is_valid(out), out);
  return out;
}

std::string packed(std::string_view text) {
  std::string out;
  auto read = append_as_msgpack(out, text);
  return read ? to_hex(out) : "wrong: " + read.error();
}

} // namespace msgpack_and_json

BOOST_AUTO_TEST_SUITE(msgpack_and_json)

BOOST_AUTO_TEST_CASE(values_have_the_same_meaning_in_both) {
  constexpr std::pair<const char*, const char*> rows[] = {
      {"c0", "null"},
      {"c2", "false"},
      {"c3", "true"},
      {"00", "0"},
      {"7f", "127"},
      {"ff", "-1"},
      {"cdffff", "65535"},
      {"cfffffffffffffffff", "18446744073709551615"},
      {"d38000000000000000", "-9223372036854775808"},
      {"cb3ff8000000000000", "1.5"},
      {"cb4014000000000000", "5.0"},
      {"a0", "\"\""},
      {"a2 \"hi\"", "\"hi\""},
      {"a3 e282ac", "\"\xe2\x82\xac\""},
      {"90", "[]"},
      {"93 01 90 a1 \"[\"", "[1,[],\"[\"]"},
      {"80", "{}"},
      {"82 a1 \"a\" 01 a1 \"b\" 91 80", R"({"a":1,"b":[{}]})"},
      {"c4 02 ff00", R"({"$base64":"/wA="})"},
  };
  for (auto [bytes, text] : rows) {
    BOOST_TEST(json(hex(bytes)) == text);
    BOOST_TEST(packed(text) == to_hex(hex(bytes)));
  }
}

BOOST_AUTO_TEST_CASE(what_json_has_no_form_for_gets_one) {
  constexpr std::pair<const char*, const char*> rows[] = {
      {"81 c0 01", R"({"null":1})"},
      {"81 05 01", R"({"5":1})"},
      {"81 ff c0", R"({"-1":null})"},
      {"81 92 01 02 03", R"({"[1,2]":3})"},
      {"82 05 81 06 07 a1 \"k\" 08", R"({"5":{"6":7},"k":8})"},
      {"81 c4 01 ff 01", R"({"{\"$base64\":\"/w==\"}":1})"},
      {"c4 02 \"hi\"", R"("hi")"},
      {"a2 ff00", R"({"$base64":"/wA="})"},
      {"d4 05 ff", R"({"$ext":5,"$base64":"/w=="})"},
      {"c7 00 fe", R"({"$ext":-2,"$base64":""})"},
      {"cb 7ff8000000000000", "null"},
      {"ca 7f800000", "null"},
      {"ca 3fc00000", "1.5"},
  };
  for (auto [bytes, text] : rows)
    BOOST_TEST(json(hex(bytes)) == text);
}

BOOST_AUTO_TEST_CASE(what_is_no_single_value_is_noticed) {
  for (auto bytes : {"", "c1", "a5 \"hi\"", "92 01", "81 01", "cd01", "dd ffffffff",
                     "df ffffffff", "c6 ffffffff 00", "01 02"})
    BOOST_TEST(json(hex(bytes)).starts_with("wrong: "), bytes);
}

BOOST_AUTO_TEST_CASE(nesting_has_an_end) {
  auto nested = [](size_t n) { return std::string(n - 1, '\x91') + '\x90'; };
  BOOST_TEST(json(nested(64)) == std::string(64, '[') + std::string(64, ']'));
  BOOST_TEST(json(nested(65)) == "wrong: more than 64 levels of nesting");
  BOOST_TEST(json(nested(1'000'000)) == "wrong: more than 64 levels of nesting");
}

BOOST_AUTO_TEST_CASE(any_json_comes_back_as_it_went) {
  for (auto text : {R"([1,-5,2.25,"a\nb",null,true,{"k":[{}],"":"\u0001"}])",
                    R"({"$base64":"AA==","more":1})", R"({"$base64":5})", "1e+300"}) {
    std::string bytes;
    BOOST_TEST(append_as_msgpack(bytes, text).has_value());
    BOOST_TEST(json(bytes) == text);
  }
}

BOOST_AUTO_TEST_CASE(a_long_text_is_whole) {
  std::string text(300'000, 'x');
  std::string bytes;
  append_as_msgpack(bytes, '"' + text + '"');
  BOOST_TEST(bytes.size() == text.size() + 5);
  BOOST_TEST((json(bytes) == '"' + text + '"'));
}

BOOST_AUTO_TEST_SUITE_END()
