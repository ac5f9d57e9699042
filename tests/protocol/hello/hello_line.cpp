#include "protocol/base/limits.hpp"
#include "tests/protocol/hello/support_hello.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::hello;
using namespace troupe::testing;

namespace hello_lines {

/// Returns the line without its end.
template <class T>
std::string line_of(const T& what) {
  auto line = to_line(what);
  BOOST_TEST_REQUIRE(line.find('\n') == line.size() - 1);
  line.pop_back();
  return line;
}

/// Returns why `line` is no line of a node.
std::string mistake_in(const std::string& line) {
  auto read = read_line(line);
  BOOST_TEST_REQUIRE(!read);
  BOOST_TEST(read.error().why == reason::not_hello);
  return read.error().message;
}

/// Returns a good line with `from` replaced.
std::string line_with(const std::string& from, const std::string& to) {
  auto line = line_of(node_named("alpha"));
  auto at = line.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos, from);
  return line.replace(at, from.size(), to);
}

} // namespace hello_lines

BOOST_AUTO_TEST_SUITE(hello_lines)

BOOST_AUTO_TEST_CASE(an_introduction_is_read_as_it_was_written) {
  auto who = node_named("alpha");
  who.versions = {2, 5};
  BOOST_TEST((read_line(line_of(who)).value() == message{who}));
  who.advertise.clear();
  who.program.clear();
  BOOST_TEST((read_line(line_of(who)).value() == message{who}));
}

BOOST_AUTO_TEST_CASE(an_introduction_is_spelled_as_the_page_says) {
  BOOST_TEST(to_line(node_named("alpha"))
             == "{\"hello\":{\"cluster\":\"main\",\"node\":\"alpha\",\"incarnation\":7,"
                "\"versions\":[1,1],\"process\":\"process of alpha\",\"beat_ms\":500,"
                "\"advertise\":\"alpha.example:7718\",\"program\":\"0.1.0\"}}\n");
}

BOOST_AUTO_TEST_CASE(a_welcome_and_each_refusal_are_read_as_they_were_written) {
  BOOST_TEST((read_line(line_of(welcome{})).value() == message{welcome{}}));
  for (int i = 0; i < static_cast<int>(reason::count_); ++i) {
    refusal no{static_cast<reason>(i), "because of \"that\""};
    BOOST_TEST((read_line(line_of(no)).value() == message{no}));
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_by_a_word_that_is_not_known_is_one) {
  auto read = read_line(R"({"error":{"code":"bad_weather","message":"it rains"}})");
  BOOST_TEST((read.value() == message{refusal{reason::refused, "it rains"}}));
  BOOST_TEST((read_line(R"({"error":{}})").value() == message{refusal{}}));
}

BOOST_AUTO_TEST_CASE(the_words_of_a_peer_are_made_safe_to_show) {
  refusal no{reason::refused, "\x1b[2J" + std::string(5000, 'x')};
  auto read = std::get<refusal>(read_line(line_of(no)).value());
  BOOST_TEST(read.message.starts_with("\\x1b[2J"));
  BOOST_TEST(read.message.size() < limits::log_excerpt + 10);
}

BOOST_AUTO_TEST_CASE(members_that_are_not_known_are_ignored) {
  auto read =
      read_line(line_with("{\"hello\":{", "{\"more\":[1],\"hello\":{\"new\":{},"));
  BOOST_TEST((read.value() == message{node_named("alpha")}));
}

BOOST_AUTO_TEST_CASE(what_is_no_line_of_a_node_is_refused) {
  for (std::string line :
       {"", " ", "GET / HTTP/1.1", "{", "{}", "[]", "null", "\"hello\"", "{\"hello\":1}",
        "{\"hello\":{}}", "{\"hello\":null}", "{\"hello\":[]}", "{\"Hello\":{}}"})
    BOOST_TEST(!mistake_in(line).empty());
  BOOST_TEST(mistake_in("{\"hello\":{}}").find("cluster: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_member_is_checked_and_named) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"\"main\"", "1", "cluster"},
      {"\"main\"", "\"\"", "cluster"},
      {"\"alpha\"", "\"al pha\"", "node"},
      {"\"alpha\"", "null", "node"},
      {":7,", ":-1,", "incarnation"},
      {":7,", ":\"7\",", "incarnation"},
      {"[1,1]", "1", "versions"},
      {"[1,1]", "[]", "versions"},
      {"[1,1]", "[1]", "versions"},
      {"[1,1]", "[2,1]", "versions"},
      {"[1,1]", "[0,1]", "versions"},
      {"[1,1]", "[1,4294967296]", "versions"},
      {"\"process of alpha\"", "\"\"", "process"},
      {"\"process of alpha\"", "\"" + std::string(513, 'x') + "\"", "process"},
      {":500,", ":0,", "beat_ms"},
      {":500,", ":86400001,", "beat_ms"},
      {"\"alpha.example:7718\"", "{}", "advertise"},
      {"\"alpha.example:7718\"", "\"alpha.example\"", "advertise"},
      {"\"alpha.example:7718\"", "\"alpha.example:0\"", "advertise"},
      {"\"alpha.example:7718\"", "\"\\u001b[2J:1\"", "advertise"},
      {"\"0.1.0\"", "1", "program"},
  };
  for (auto& m : mistakes) {
    auto why = mistake_in(line_with(m[0], m[1]));
    BOOST_TEST(why.find("hello: " + m[2] + ": ") != std::string::npos, why);
  }
}

BOOST_AUTO_TEST_SUITE_END()
