#include "protocol/base/json_pointer.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace json_pointers {

std::string found(std::string_view pointer, std::string_view json) {
  auto p = json_pointer::parse(pointer);
  BOOST_TEST_REQUIRE(p.has_value());
  return std::string{p->find(json).value_or("nothing")};
}

} // namespace json_pointers

BOOST_AUTO_TEST_SUITE(json_pointers)

BOOST_AUTO_TEST_CASE(the_examples_of_rfc_6901_are_found) {
  constexpr std::string_view document =
      R"( {"foo":["bar", "baz"], "":0, "a/b":1, "c%d":2, "e^f":3, "g|h":4, "i\\j":5,)"
      R"( "k\"l":6, " ":7, "m~n":8} )";
  BOOST_TEST(found("", R"( {"a":1} )") == R"({"a":1})");
  BOOST_TEST(found("/foo", document) == R"(["bar", "baz"])");
  BOOST_TEST(found("/foo/0", document) == R"("bar")");
  BOOST_TEST(found("/", document) == "0");
  BOOST_TEST(found("/a~1b", document) == "1");
  BOOST_TEST(found("/c%d", document) == "2");
  BOOST_TEST(found("/e^f", document) == "3");
  BOOST_TEST(found("/g|h", document) == "4");
  BOOST_TEST(found("/i\\j", document) == "5");
  BOOST_TEST(found("/k\"l", document) == "6");
  BOOST_TEST(found("/ ", document) == "7");
  BOOST_TEST(found("/m~0n", document) == "8");
}

BOOST_AUTO_TEST_CASE(a_way_goes_through_objects_and_arrays) {
  constexpr std::string_view document = R"({"a":[{"b":[10,{"c":{}}]}, null]})";
  BOOST_TEST(found("/a/0/b/1/c", document) == "{}");
  BOOST_TEST(found("/a/0/b/0", document) == "10");
  BOOST_TEST(found("/a/1", document) == "null");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
  constexpr std::string_view document = R"({"a":[1,2],"b":"text","c":null})";
  for (auto pointer : {"/d", "/a/2", "/a/-", "/a/01", "/a/x", "/a/", "/b/0", "/c/d",
                       "/a/18446744073709551616"})
    BOOST_TEST(found(pointer, document) == "nothing", pointer);
  BOOST_TEST(found("/a", "[]") == "nothing");
  BOOST_TEST(found("/0", "[]") == "nothing");
}

BOOST_AUTO_TEST_CASE(keys_are_compared_by_what_they_spell_and_the_last_one_counts) {
  BOOST_TEST(found("/über", R"({"\u00fcber":1})") == "1");
  BOOST_TEST(found("/a", R"({"a":1,"\u0061":2})") == "2");
}

BOOST_AUTO_TEST_CASE(what_is_no_pointer_is_refused_and_quoted) {
  for (auto text : {"user", "/a~", "/a~2", "~0/a"}) {
    auto p = json_pointer::parse(text);
    BOOST_TEST_REQUIRE(!p.has_value());
    BOOST_TEST(p.error().find('"' + std::string{text} + '"') != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
