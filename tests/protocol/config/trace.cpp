#include "tests/protocol/config/support.hpp"

using test::check_mistake;
using test::good;

BOOST_AUTO_TEST_SUITE(configured_traces)

BOOST_AUTO_TEST_CASE(spans_go_nowhere_unless_a_file_is_named) {
  BOOST_TEST(good("").trace.file.empty());
  BOOST_TEST(good("[trace]\n").trace.file.empty());
  BOOST_TEST(good("[trace]\nfile = \"spans.jsonl\"\n").trace.file == "spans.jsonl");
  BOOST_TEST(good("", {"trace.file=/var/spans"}).trace.file == "/var/spans");
}

BOOST_AUTO_TEST_CASE(a_wrong_file_or_another_key_is_a_mistake) {
  check_mistake("[trace]\nfile = \"\"\n", "2: trace.file: expected a path");
  check_mistake("[trace]\nfile = 1\n", "2: trace.file: ");
  check_mistake("[trace]\nall = true\n", "2: trace.all: ");
}

BOOST_AUTO_TEST_SUITE_END()
