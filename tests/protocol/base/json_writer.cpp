#include "tests/protocol/support.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using troupe::json_array_writer;
using troupe::json_object_writer;

BOOST_AUTO_TEST_SUITE(json_writers)

BOOST_AUTO_TEST_CASE(an_object_has_its_members_in_the_order_of_the_calls) {
  json_object_writer out;
  std::string text = "t";
  out.add("s", "a\"b").add("v", text).add("n", -3).add("yes", true).add("no", false);
  out.add("null", nullptr).add_json("list", "[1]").add("c", std::string_view{});
  BOOST_TEST(out.object()
             == R"({"s":"a\"b","v":"t","n":-3,"yes":true,"no":false,"null":null,)"
                R"("list":[1],"c":""})");
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_are_written_in_full) {
  json_object_writer out;
  out.add("u", std::numeric_limits<uint64_t>::max())
      .add("i", std::numeric_limits<int64_t>::min());
  BOOST_TEST(out.object() == R"({"u":18446744073709551615,"i":-9223372036854775808})");
}

BOOST_AUTO_TEST_CASE(an_object_without_members_is_empty) {
  json_object_writer out;
  BOOST_TEST(json_object_writer{out}.members() == "");
  BOOST_TEST(json_object_writer{out}.object() == "{}");
  BOOST_TEST(out.append("").append(json_object_writer{}).object() == "{}");
}

BOOST_AUTO_TEST_CASE(members_written_before_are_joined_with_commas) {
  json_object_writer inner;
  inner.add("b", 2);
  json_object_writer out;
  out.append("").append(R"("a":1)").append(inner).append("").add("c", 3);
  BOOST_TEST(json_object_writer{out}.members() == R"("a":1,"b":2,"c":3)");
  BOOST_TEST(out.object() == R"({"a":1,"b":2,"c":3})");
}

BOOST_AUTO_TEST_CASE(members_are_joined_with_a_comma_where_both_have_some) {
  auto joined = [](std::string_view members, std::string_view more) {
    return json_object_writer{}.append(members).append(more).members();
  };
  BOOST_TEST(joined("", "") == "");
  BOOST_TEST(joined("", R"("a":1)") == R"("a":1)");
  BOOST_TEST(joined(R"("a":1)", "") == R"("a":1)");
  BOOST_TEST(joined(R"("a":1)", R"("b":2)") == R"("a":1,"b":2)");
}

BOOST_AUTO_TEST_CASE(escapes_of_another_text_are_kept) {
  json_object_writer out;
  out.add_spelled(R"(a\u0041)", "1").add_escaped("k", R"(x\ny)");
  BOOST_TEST(out.object() == R"({"a\u0041":1,"k":"x\ny"})");
}

BOOST_AUTO_TEST_CASE(any_bytes_give_valid_json) {
  json_object_writer out;
  out.add("k\"\xFF", "\x01\xFF\"\\\n");
  auto text = out.object();
  BOOST_TEST(troupe::json_text::is_valid(text), text);
}

BOOST_AUTO_TEST_CASE(an_array_has_its_elements_in_the_order_of_the_calls) {
  json_array_writer out;
  BOOST_TEST(json_array_writer{out}.array() == "[]");
  BOOST_TEST(out.size() == 2u);
  out.add("a\"").add_json("1").add_json("{}");
  auto size = out.size();
  auto text = out.array();
  BOOST_TEST(text == R"(["a\"",1,{}])");
  BOOST_TEST(size == text.size());
  BOOST_TEST(troupe::to_json_array(std::vector<std::string>{"x", ""}) == R"(["x",""])");
}

BOOST_AUTO_TEST_SUITE_END()
