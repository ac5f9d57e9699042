#include "tests/protocol/support.hpp"

#include "protocol/base/json_document.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <limits>

namespace json = boost::json;
namespace json_text = troupe::json_text;
using troupe::json_string;

namespace json_texts {

std::string nested(size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

/// Returns a random text of characters that need care in JSON and in UTF-8.
std::string random_text(std::mt19937& random) {
  static constexpr std::string_view parts[] = {"a",
                                               "{",
                                               "}",
                                               "[",
                                               "]",
                                               ",",
                                               ":",
                                               " ",
                                               "\"",
                                               "\\",
                                               "\n",
                                               "\t",
                                               "\r",
                                               "\b",
                                               "\f",
                                               "\x01",
                                               "\x7F",
                                               "/",
                                               "\xC3\xA9",
                                               "\xE2\x82\xAC",
                                               "\xF0\x9F\x98\x80",
                                               "null",
                                               "\\\""};
  std::string result;
  for (auto n = test::below_or_at(random, 8); n > 0; --n)
    result += parts[test::below_or_at(random, std::size(parts) - 1)];
  return result;
}

json::value random_value(std::mt19937& random, int depth) {
  auto compound = depth > 0 ? size_t{7} : size_t{5};
  switch (test::below_or_at(random, compound)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<int64_t>(random()) - (int64_t{1} << 31);
    case 3:
      return static_cast<double>(random()) / 1024;
    case 4:
    case 5:
      return json::string{random_text(random)};
    case 6: {
      json::array list;
      for (auto n = test::below_or_at(random, 4); n > 0; --n)
        list.push_back(random_value(random, depth - 1));
      return list;
    }
    default: {
      json::object object;
      for (auto n = test::below_or_at(random, 4); n > 0; --n)
        object[random_text(random)] = random_value(random, depth - 1);
      return object;
    }
  }
}

/// Appends random white space.
void append_space(std::string& out, std::mt19937& random) {
  for (auto n = test::below_or_at(random, 2); n > 0; --n)
    out += " \t\r\n"[test::below_or_at(random, 3)];
}

/// Returns an object with these members as text, with white space wherever it may stand.
std::string spaced(const json::object& object, std::mt19937& random) {
  std::string out;
  append_space(out, random);
  out += '{';
  const char* separator = "";
  for (auto& [key, value] : object) {
    out += separator;
    separator = ",";
    append_space(out, random);
    out += json_string({key.data(), key.size()});
    append_space(out, random);
    out += ':';
    append_space(out, random);
    out += json::serialize(value);
    append_space(out, random);
  }
  out += '}';
  append_space(out, random);
  return out;
}

} // namespace json_texts

BOOST_AUTO_TEST_SUITE(json_texts)

BOOST_AUTO_TEST_CASE(valid_json_passes) {
  for (auto good : {"null", "true", "-0", "1e3", "1.5E-7", "\"\"", R"("\u00e9\n")", "[]",
                    "{}", " {\"a\" : [1, 2] } \t", "\"\xF0\x9F\x98\x80\""})
    BOOST_TEST(json_text::is_valid(good), good);
}

BOOST_AUTO_TEST_CASE(invalid_json_is_refused_with_a_reason) {
  for (auto bad :
       {"",          " ",     "{",   "[1,]", "{\"a\":}", "{a:1}",  "'a'",
        "01",        "+1",    "1.",  "nul",  "nulll",    "\"\n\"", R"("\x")",
        R"("\u12")", "{} {}", "{}x", "\"a",  "NaN",      "/*c*/1", "\xEF\xBB\xBF{}"}) {
    auto valid = json_text::validate(bad);
    BOOST_TEST(!valid, bad);
    if (!valid)
      BOOST_TEST(valid.error().find("at byte") != std::string::npos, valid.error());
  }
  BOOST_TEST(!json_text::is_valid(std::string_view{"1\0", 2}));
}

BOOST_AUTO_TEST_CASE(invalid_utf8_is_refused) {
  for (auto bad : {"\"\x80\"", "\"\xC3\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"",
                   "\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"", "\"\xFF\"",
                   "\"\xF4\x90\x80\x80\"", "\"\xE0\x80\x80\""})
    BOOST_TEST(!json_text::is_valid(bad), json_string(bad));
}

BOOST_AUTO_TEST_CASE(nesting_is_accepted_to_the_limit_and_refused_beyond) {
  auto most = troupe::limits::json_depth;
  BOOST_TEST(json_text::is_valid(nested(most)));
  BOOST_TEST(!json_text::is_valid(nested(most + 1)));
  BOOST_TEST(!json_text::is_valid(nested(1'000'000)));
}

BOOST_AUTO_TEST_CASE(members_are_those_of_a_document_built_by_boost) {
  std::mt19937 random{7};
  for (int i = 0; i < 3000; ++i) {
    json::object object;
    for (auto n = test::below_or_at(random, 6); n > 0; --n)
      object[random_text(random)] = random_value(random, 3);
    auto text = spaced(object, random);
    BOOST_TEST_REQUIRE(json_text::is_valid(text), text);
    json_text::member_reader reader{text};
    for (auto& [key, value] : object) {
      auto m = reader.next();
      BOOST_TEST_REQUIRE(m.has_value(), text);
      BOOST_TEST_REQUIRE(json_text::unescape(m->key)
                         == std::string_view(key.data(), key.size()));
      BOOST_TEST_REQUIRE(m->value == std::string_view{json::serialize(value)});
      auto found = json_text::find(text, std::string_view(key.data(), key.size()));
      BOOST_TEST_REQUIRE((found == m->value), text);
    }
    BOOST_TEST_REQUIRE(!reader.next(), text);
    BOOST_TEST_REQUIRE(!reader.next(), text);
  }
}

BOOST_AUTO_TEST_CASE(scalars_are_those_of_a_document_built_by_boost) {
  std::mt19937 random{8};
  for (int i = 0; i < 3000; ++i) {
    auto value = random_value(random, 1);
    auto text = json::serialize(value);
    auto string = value.if_string();
    BOOST_TEST_REQUIRE((json_text::as_text(text)
                        == (string ? std::optional{std::string{*string}} : std::nullopt)),
                       text);
    auto flag = value.if_bool();
    BOOST_TEST_REQUIRE(
        (json_text::as_bool(text) == (flag ? std::optional{*flag} : std::nullopt)), text);
    if (auto number = value.if_int64())
      BOOST_TEST_REQUIRE((json_text::as_integer(text) == *number), text);
    BOOST_TEST_REQUIRE(json_text::is_null(text) == value.is_null());
    BOOST_TEST_REQUIRE(json_text::is_object(text) == value.is_object());
    BOOST_TEST_REQUIRE(json_text::is_string(text) == value.is_string());
  }
}

BOOST_AUTO_TEST_CASE(whole_numbers_may_be_written_as_fractions_and_must_fit) {
  BOOST_TEST(json_text::as_integer("1e3").value() == 1000);
  BOOST_TEST(json_text::as_integer("5.0").value() == 5);
  BOOST_TEST(json_text::as_integer("-0").value() == 0);
  BOOST_TEST(json_text::as_integer("9223372036854775807").value()
             == std::numeric_limits<int64_t>::max());
  BOOST_TEST(json_text::as_integer("-9223372036854775808").value()
             == std::numeric_limits<int64_t>::min());
  for (auto bad : {"9223372036854775808", "9.3e18", "1e19", "-1e19", "1e999", "0.5",
                   "\"1\"", "null", "true", "", "x", "1 2", "[1]"})
    BOOST_TEST(!json_text::as_integer(bad), bad);
}

BOOST_AUTO_TEST_CASE(of_a_key_that_stands_twice_the_last_value_counts) {
  BOOST_TEST(json_text::find(R"({"a":1,"b":2,"a":3})", "a").value() == "3");
}

BOOST_AUTO_TEST_CASE(a_key_inside_a_value_is_not_found) {
  BOOST_TEST(!json_text::find(R"({"b":{"a":1},"c":"\"a\":2","d":["a"]})", "a"));
  BOOST_TEST(!json_text::find("[\"a\"]", "a"));
}

BOOST_AUTO_TEST_CASE(a_key_written_with_escapes_is_found) {
  BOOST_TEST(json_text::find(R"({"k\u0065y":1})", "key").value() == "1");
}

BOOST_AUTO_TEST_CASE(escapes_are_resolved) {
  BOOST_TEST(json_text::unescape(R"(a\"\\\/\b\f\n\r\tz)") == "a\"\\/\b\f\n\r\tz");
  BOOST_TEST(json_text::unescape(R"(\u0041\u00e9\u20AC)") == "A\xC3\xA9\xE2\x82\xAC");
  BOOST_TEST(json_text::unescape(R"(\uD83D\uDE00)") == "\xF0\x9F\x98\x80");
  BOOST_TEST(json_text::unescape(R"(\u0000)") == (std::string{'\0'}));
}

BOOST_AUTO_TEST_CASE(an_unpaired_surrogate_becomes_the_replacement_character) {
  std::string bad = "\xEF\xBF\xBD";
  BOOST_TEST(json_text::unescape(R"(\uD83D)") == bad);
  BOOST_TEST(json_text::unescape(R"(\uDE00x)") == bad + "x");
  BOOST_TEST(json_text::unescape(R"(\uD83D\n)") == bad + "\n");
  BOOST_TEST(json_text::unescape(R"(\uD83D\u0041)") == bad + "A");
  BOOST_TEST(json_text::unescape(R"(\uD83D\uD83D\uDE00)") == bad + "\xF0\x9F\x98\x80");
}

BOOST_AUTO_TEST_CASE(half_a_surrogate_pair_is_legal_json) {
  for (auto text :
       {R"("tea \ud83d")", R"("\uDE00")", R"("\ud83d\u0041")", R"(["\ud83d\\ude00"])",
        R"({"\ud83d":"\ud83d\ud83d\ude00"})", R"("\ud83d\n\ude00")", R"("\ud83d\ude00")"})
    BOOST_TEST(json_text::is_valid(text), text);
  // What else is wrong is found where it stands.
  BOOST_TEST(json_text::validate(R"(["\ud83d" x])").error().ends_with("at byte 10"));
  for (auto text : {R"("\ud83)", R"("\ud83")", R"("\ud83d)", R"("\ud83d\x")", R"("\u")"})
    BOOST_TEST(!json_text::is_valid(text), text);
}

BOOST_AUTO_TEST_CASE(only_halves_of_pairs_are_mended) {
  using json_text::without_lone_surrogates;
  for (auto text : {R"("\ud83d\ude00")", R"("\\ud83d")", R"("\u0041\n")", "plain"})
    BOOST_TEST(!without_lone_surrogates(text), text);
  BOOST_TEST(without_lone_surrogates(R"(\ud83d\ud83d\ude00\uDE00\\ud83d)").value()
             == R"(\ufffd\ud83d\ude00\ufffd\\ud83d)");
  BOOST_TEST(without_lone_surrogates(R"(\ud83dx\ude00)").value() == R"(\ufffdx\ufffd)");
}

BOOST_AUTO_TEST_CASE(a_document_with_half_a_surrogate_pair_is_read) {
  boost::json::error_code ec;
  auto v = troupe::parse_document(R"({"a":"x\ud83d"})", ec);
  BOOST_TEST_REQUIRE(!ec);
  BOOST_TEST((v.at("a").as_string() == "x\xEF\xBF\xBD"));
  troupe::parse_document(R"({"a":"x\ud83d")", ec);
  BOOST_TEST(ec.failed());
}

BOOST_AUTO_TEST_CASE(a_quoted_text_reads_back_as_it_was) {
  std::mt19937 random{9};
  for (int i = 0; i < 2000; ++i) {
    auto text = random_text(random);
    auto quoted = json_string(text);
    BOOST_TEST_REQUIRE(json_text::is_valid(quoted), quoted);
    BOOST_TEST_REQUIRE(json_text::as_text(quoted).value() == text);
    BOOST_TEST_REQUIRE(quoted.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_become_a_valid_json_string_on_one_line) {
  std::mt19937 random{10};
  for (int i = 0; i < 5000; ++i) {
    std::string bytes;
    for (auto n = test::below_or_at(random, 12); n > 0; --n)
      bytes += static_cast<char>(random());
    auto quoted = json_string(bytes);
    BOOST_TEST_REQUIRE(json_text::is_valid(quoted));
    BOOST_TEST_REQUIRE(quoted.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(each_byte_that_is_not_utf8_is_replaced_and_its_neighbours_stay) {
  std::string bad = "\xEF\xBF\xBD";
  BOOST_TEST(json_string("a\xFFz") == "\"a" + bad + "z\"");
  BOOST_TEST(json_string("\xC3") == '"' + bad + '"');
  BOOST_TEST(json_string("\xC3(") == '"' + bad + "(\"");
  BOOST_TEST(json_string("\xED\xA0\x80") == '"' + bad + bad + bad + '"');
  BOOST_TEST(json_string(std::string_view{"\0\x1F\x7F", 3}) == R"("\u0000\u001f\u007f")");
}

BOOST_AUTO_TEST_CASE(white_space_is_cut_from_both_ends_alone) {
  BOOST_TEST(json_text::trim(" \t\r\na b\n ") == "a b");
  BOOST_TEST(json_text::trim(" \n") == "");
}

BOOST_AUTO_TEST_CASE(members_behind_strings_of_any_escapes_are_found) {
  for (std::string text : {"", "\\\\", "\\\"", "\\\"\\\\", "a\\\\b\\\"c\\n",
                           "\\u0001\\\"", "\\\\\\\\\\\""}) {
    auto object = "{\"a\":\"" + text + "\",\"b\":[\"" + text + "\"],\"c\":1}";
    BOOST_REQUIRE(json_text::is_valid(object));
    BOOST_TEST(json_text::find(object, "a").value_or("") == '"' + text + '"', object);
    BOOST_TEST(json_text::find(object, "c").value_or("") == "1", object);
  }
}

BOOST_AUTO_TEST_CASE(a_string_of_nothing_but_escapes_is_read_in_one_pass) {
  // Read anew from each escape on, this would take minutes.
  std::string many;
  for (int i = 0; i < 4'000'000; ++i)
    many += "\\n";
  auto object = "{\"a\":\"" + many + "\",\"b\":1}";
  auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(json_text::find(object, "b").value_or("") == "1");
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds{20}));
}

BOOST_AUTO_TEST_SUITE_END()
