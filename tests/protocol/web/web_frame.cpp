#include "protocol/web/web_frame.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace web = troupe::web;

BOOST_AUTO_TEST_SUITE(web_frame)

BOOST_AUTO_TEST_CASE(head_and_body_come_back) {
  std::string body("\x00\n\xff", 3);
  auto payload = web::join({R"({"status":200})", body});
  auto parts = web::split(payload.view());
  BOOST_REQUIRE(parts);
  BOOST_TEST(parts->head == R"({"status":200})");
  BOOST_TEST(parts->body == body);
}

BOOST_AUTO_TEST_CASE(both_may_be_empty) {
  auto parts = web::split(web::join({}).view());
  BOOST_REQUIRE(parts);
  BOOST_TEST(parts->head.empty());
  BOOST_TEST(parts->body.empty());
}

BOOST_AUTO_TEST_CASE(bytes_without_such_a_head_are_refused) {
  using namespace std::string_view_literals;
  BOOST_TEST(!web::split("null"sv));
  BOOST_TEST(!web::split("\x05\x00\x00\x00head"sv));
  BOOST_TEST(!web::split("\x00\x00\x00"sv));
}

BOOST_AUTO_TEST_SUITE_END()
