#include "protocol/web/form_body.hpp"

#include "protocol/base/form_limits.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace form_bodies {

std::string tree(std::string_view body) {
  auto read = web::read_form_body(body);
  return read ? *read : to_string(read.error().what);
}

} // namespace form_bodies

BOOST_AUTO_TEST_SUITE(form_bodies)

BOOST_AUTO_TEST_CASE(fields_are_decoded) {
  BOOST_TEST(tree("a=1&b=x+y%26z&c") == R"({"a":"1","b":"x y&z","c":""})");
  BOOST_TEST(tree("%61=%C3%A9&&") == R"({"a":"é"})");
  BOOST_TEST(tree("") == "{}");
}

BOOST_AUTO_TEST_CASE(a_percent_sign_that_begins_no_escape_stands_for_itself) {
  BOOST_TEST(tree("a=100%&b=%zz&c=%4") == R"({"a":"100%","b":"%zz","c":"%4"})");
}

BOOST_AUTO_TEST_CASE(names_with_brackets_make_a_tree) {
  BOOST_TEST(tree("a=1&b[c]=2&b[d][e]=3&l[]=4&l[]=5")
             == R"({"a":"1","b":{"c":"2","d":{"e":"3"}},"l":["4","5"]})");
  BOOST_TEST(tree("b%5Bc%5D=2") == R"({"b":{"c":"2"}})");
  BOOST_TEST(tree("r[][x]=1&r[][x]=2") == R"({"r":[{"x":"1"},{"x":"2"}]})");
}

BOOST_AUTO_TEST_CASE(explicit_indexes_make_an_object_as_for_php) {
  BOOST_TEST(tree("a[0]=x&a[1]=y") == R"({"a":{"0":"x","1":"y"}})");
  BOOST_TEST(tree("a[5]=x&a[]=y&a[k]=z") == R"({"a":{"5":"x","6":"y","k":"z"}})");
  BOOST_TEST(tree("a[]=x&a[k]=z") == R"({"a":{"0":"x","k":"z"}})");
}

BOOST_AUTO_TEST_CASE(of_two_fields_the_last_stays_and_brackets_win) {
  BOOST_TEST(tree("a=1&a=2") == R"({"a":"2"})");
  BOOST_TEST(tree("a=1&a[b]=2") == R"({"a":{"b":"2"}})");
  BOOST_TEST(tree("a[b]=2&a=") == R"({"a":{"b":"2"}})");
}

BOOST_AUTO_TEST_CASE(odd_names_are_names) {
  BOOST_TEST(tree("=x") == R"({"":"x"})");
  BOOST_TEST(tree("a[b=x") == R"({"a":{"b":"x"}})");
  BOOST_TEST(tree("a]=x") == R"({"a":"x"})");
  BOOST_TEST(tree("first name=x") == R"({"firstname":"x"})");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_replaced) {
  BOOST_TEST(tree("a=%FF%00") == "{\"a\":\"\xEF\xBF\xBD\\u0000\"}");
}

BOOST_AUTO_TEST_CASE(fields_that_are_nested_too_deeply_are_dropped) {
  std::string name = "a";
  for (size_t i = 1; i < limits::form_depth; ++i)
    name += "[x]";
  auto deepest = tree(name + "=1");
  BOOST_TEST(deepest.size() > name.size());
  BOOST_TEST(json_text::is_valid(deepest));
  BOOST_TEST(tree(name + "[x]=1&b=2") == R"({"b":"2"})");
}

BOOST_AUTO_TEST_CASE(too_many_names_are_refused) {
  std::string body;
  for (size_t i = 0; i < limits::form_names; ++i)
    body += "a[]=&";
  BOOST_TEST(tree(body) == "payload_too_large");
  BOOST_TEST(tree(body.substr(5)) != "payload_too_large");
}

BOOST_AUTO_TEST_SUITE_END()
