#include "protocol/base/json_appender.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

using troupe::json_object_appender;

BOOST_AUTO_TEST_SUITE(json_appenders)

BOOST_AUTO_TEST_CASE(an_object_follows_what_was_there) {
  std::string out = "before\n";
  json_object_appender{out}.add<"s">("a\"b").add_escaped<"e">(R"(x\ny)").end_line();
  BOOST_TEST(out == "before\n{\"s\":\"a\\\"b\",\"e\":\"x\\ny\"}\n");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_in_full) {
  std::string out;
  json_object_appender{out}
      .add<"u">(std::numeric_limits<uint64_t>::max())
      .add<"i">(std::numeric_limits<int64_t>::min())
      .end();
  BOOST_TEST(out == R"({"u":18446744073709551615,"i":-9223372036854775808})");
}

BOOST_AUTO_TEST_CASE(a_value_may_be_json_or_be_appended) {
  std::string out;
  json_object_appender{out}
      .add_json<"list">("[1]")
      .add_constant<"null", "null">()
      .add_with<"inner">([](std::string& to) { json_object_appender{to}.end(); })
      .end();
  BOOST_TEST(out == R"({"list":[1],"null":null,"inner":{}})");
}

BOOST_AUTO_TEST_SUITE_END()
