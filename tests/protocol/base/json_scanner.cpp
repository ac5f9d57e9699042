#include "tests/protocol/support.hpp"

#include "protocol/base/json_scanner.hpp"
#include "protocol/base/limits.hpp"

#include <boost/json/parse.hpp>

#include <vector>

namespace json_text = troupe::json_text;

namespace json_scanners {

/// Returns the members of `text` in one pass, or nothing if it is not surely valid.
std::optional<std::vector<json_text::member>> read_checking(std::string_view text) {
  std::vector<json_text::member> all;
  json_text::checking_member_reader reader{text};
  while (auto m = reader.next())
    all.push_back(*m);
  return reader.has_reached_end() ? std::optional{all} : std::nullopt;
}

bool is_valid_for_boost(std::string_view text) {
  boost::json::error_code ec;
  boost::json::parse({text.data(), text.size()}, ec);
  return !ec;
}

/// Changes, adds or removes a few bytes.
std::string spoiled(std::string text, std::mt19937& random) {
  static constexpr std::string_view bytes =
      "{}[]:,\"\\ntfu0123456789eE+-. \n\t\x01\xE2\x82\xAC\xF0\x9F\xFF";
  for (auto n = test::below_or_at(random, 3); n > 0; --n) {
    auto byte = bytes[test::below_or_at(random, bytes.size() - 1)];
    auto at = test::below_or_at(random, text.size());
    switch (test::below_or_at(random, size_t{2})) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        text.erase(at, 1 + random() % 3);
        break;
      default:
        if (at < text.size())
          text[at] = byte;
    }
  }
  return text;
}

} // namespace json_scanners

BOOST_AUTO_TEST_SUITE(json_scanners)

BOOST_AUTO_TEST_CASE(usual_json_is_surely_valid) {
  for (auto good :
       {"null", "true", "false", "-0", "0.25", "1e3", "1.5E-7", "\"\"", R"("\u00e9\n\"")",
        "[]", "{}", " {\"a\" : [1, {\"b\":[]}] } \t", "\"\xF0\x9F\x98\x80\"",
        "\"sixteen and more plain bytes, and \\\\ an escape\""})
    BOOST_TEST(json_text::is_surely_valid(good), good);
}

BOOST_AUTO_TEST_CASE(nesting_is_accepted_to_the_limit_and_refused_beyond_in_one_pass) {
  auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  auto most = troupe::limits::json_depth;
  BOOST_TEST(json_text::is_surely_valid(nested(most)));
  BOOST_TEST(!json_text::is_surely_valid(nested(most + 1)));
  BOOST_TEST(!json_text::is_surely_valid(nested(1'000'000)));
  BOOST_TEST(read_checking("{\"a\":" + nested(most - 1) + "}").has_value());
  BOOST_TEST(!read_checking("{\"a\":" + nested(most) + "}"));
}

BOOST_AUTO_TEST_CASE(what_is_left_to_boost_is_valid_and_rare) {
  for (auto rare : {R"("\ud83d")", R"("\ud83d\ude00")", "1e1234"}) {
    BOOST_TEST(!json_text::is_surely_valid(rare), rare);
    BOOST_TEST(json_text::is_valid(rare), rare);
  }
}

BOOST_AUTO_TEST_CASE(what_is_surely_valid_is_valid_for_boost_and_cut_alike) {
  static constexpr std::string_view seeds[] = {
      R"({"request_id":"7","to":"echo","kind":"k","payload":{"n":-1.5e+3,"t":["x",null]}})",
      R"( {"a":[1,0.0,true,false],"b":"\u00e9\n\ud83d\ude00 \u20ac","c":{},"":[[{}]]} )",
      "{\"euro \xE2\x82\xAC\":\"a text that has more than sixteen bytes\",\"z\":\"\"}",
      R"({"request_id":"0.1","payload":"\\\"","error":null})"};
  std::mt19937 random{11};
  size_t accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto text = spoiled(std::string{seeds[random() % std::size(seeds)]}, random);
    auto sure = json_text::is_surely_valid(text);
    BOOST_TEST_REQUIRE((!sure || is_valid_for_boost(text)), text);
    auto members = read_checking(text);
    auto is_object = json_text::is_object(json_text::trim(text));
    BOOST_TEST_REQUIRE(members.has_value() == (sure && is_object), text);
    if (!members)
      continue;
    ++accepted;
    json_text::member_reader trusting{text};
    for (auto& m : *members) {
      auto same = trusting.next();
      BOOST_TEST_REQUIRE(same.has_value(), text);
      BOOST_TEST_REQUIRE(m.key == same->key, text);
      BOOST_TEST_REQUIRE(m.value == same->value, text);
    }
    BOOST_TEST_REQUIRE(!trusting.next(), text);
  }
  BOOST_TEST(accepted > 10'000u);
}

BOOST_AUTO_TEST_SUITE_END()
