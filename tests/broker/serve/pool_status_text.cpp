// Proves how the state of the pools is put into a line for `systemctl status`.
#include "broker/serve/pool_status_text.hpp"

#include <boost/test/unit_test.hpp>

using troupe::serve::pool_status_text;

BOOST_AUTO_TEST_SUITE(pool_status_texts)

BOOST_AUTO_TEST_CASE(those_that_are_ready_are_counted_and_the_others_named) {
  BOOST_TEST(pool_status_text("{}") == "0 pools ready");
  BOOST_TEST(pool_status_text(R"({"a":{"ready":true}})") == "1 pool ready");
  BOOST_TEST(pool_status_text(R"({"a":{"ready":true},"b":{"ready":true},)"
                              R"("echo":{"ready":false,"error":{"code":"x"}}})")
             == "2 pools ready, 1 unavailable: echo");
}

BOOST_AUTO_TEST_CASE(of_many_that_are_not_ready_some_are_named) {
  std::string all;
  for (int i = 10; i < 20; ++i)
    all += (all.empty() ? "{" : ",") + ('"' + std::to_string(i)) + R"(":{"ready":false})";
  BOOST_TEST(pool_status_text(all + "}")
             == "0 pools ready, 10 unavailable: 10, 11, 12, 13, 14, 15, 16, 17, …");
}

BOOST_AUTO_TEST_CASE(what_is_no_such_answer_is_no_text) {
  for (auto text : {"", "[]", "{", "3"})
    BOOST_TEST(pool_status_text(text) == "");
}

BOOST_AUTO_TEST_SUITE_END()
