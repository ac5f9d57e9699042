#include "protocol/preload/preload_message.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::preload;

namespace preload_messages {

/// Returns why `packet` is refused; empty if it is taken.
std::string refusal(std::string_view packet) {
  auto read = read_message(packet);
  return read ? std::string{} : read.error();
}

template <class T>
T read_as(std::string_view packet) {
  auto read = read_message(packet);
  BOOST_REQUIRE(read);
  BOOST_REQUIRE(std::holds_alternative<T>(*read));
  return std::get<T>(*read);
}

} // namespace preload_messages

BOOST_AUTO_TEST_SUITE(preload_messages)

BOOST_AUTO_TEST_CASE(a_fork_names_the_variables_that_differ) {
  BOOST_TEST(write_fork(7, {{"A", "1"}, {"B", "x\"y"}}, 3)
             == R"({"kind":"fork","id":7,"descriptors":3,"env":{"A":"1","B":"x\"y"}})");
  BOOST_TEST(write_fork(1, {}, 4)
             == R"({"kind":"fork","id":1,"descriptors":4,"env":{}})");
}

BOOST_AUTO_TEST_CASE(a_process_says_that_it_is_ready_or_what_became_of_a_fork) {
  BOOST_CHECK(read_as<ready>(R"({"kind":"ready","protocol":1,"more":[]})") == ready{});
  BOOST_CHECK(read_as<forked>(R"({"kind":"forked","id":7,"pid":4711})")
              == (forked{7, 4711}));
  BOOST_CHECK(read_as<failed>(R"({"kind":"failed","id":7,"message":"no memory"})")
              == (failed{7, "no memory"}));
  BOOST_CHECK(read_as<failed>(R"({"kind":"failed","id":7})") == (failed{7, ""}));
}

BOOST_AUTO_TEST_CASE(another_version_is_refused_with_both_numbers) {
  auto why = refusal(R"({"kind":"ready","protocol":2})");
  BOOST_TEST(why.find("version 2") != why.npos);
  BOOST_TEST(why.find("version 1") != why.npos);
  BOOST_TEST(refusal(R"({"kind":"ready"})") != "");
}

BOOST_AUTO_TEST_CASE(what_is_no_message_is_refused) {
  for (auto packet :
       {"", "x", "[]", "{}", R"({"kind":"fork"})", R"({"kind":"forked","id":1})",
        R"({"kind":"forked","id":0,"pid":2})", R"({"kind":"forked","id":1,"pid":-2})",
        R"({"kind":"forked","id":1,"pid":4294967297})",
        R"({"kind":"failed","message":"x"})"})
    BOOST_TEST(refusal(packet) != "", packet);
}

BOOST_AUTO_TEST_SUITE_END()
