#include "broker/front/web/client_origin.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::web;

namespace web_client_origins {

client_origin origin(const std::string& headers, std::string_view peer = "10.0.0.1") {
  auto head = http::read_http_head("GET / HTTP/1.1\r\nHost: own\r\n" + headers + "\r\n");
  BOOST_TEST_REQUIRE(head.has_value());
  return find_origin(head->fields, peer, "http", {*ip_range::parse("10.0.0.0/8")});
}

} // namespace web_client_origins

BOOST_AUTO_TEST_SUITE(web_client_origins)

BOOST_AUTO_TEST_CASE(a_proxy_that_is_trusted_says_who_the_client_is) {
  auto from = origin("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                     "X-Forwarded-Host: shop.example\r\n");
  BOOST_TEST(from.address == "1.2.3.4");
  BOOST_TEST(from.scheme == "https");
  BOOST_TEST(from.host == "shop.example");
}

BOOST_AUTO_TEST_CASE(nobody_else_does) {
  auto from = origin("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                     "X-Forwarded-Host: shop.example\r\n",
                     "9.9.9.9");
  BOOST_TEST(from.address == "9.9.9.9");
  BOOST_TEST(from.scheme == "http");
  BOOST_TEST(from.host == "own");
}

BOOST_AUTO_TEST_CASE(what_the_client_wrote_itself_does_not_count) {
  BOOST_TEST(origin("X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.7\r\n").address
             == "1.2.3.4");
  BOOST_TEST(origin("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4\r\n").address
             == "1.2.3.4");
  BOOST_TEST(origin("X-Forwarded-For: 6.6.6.6, nonsense, 10.0.0.7\r\n").address
             == "10.0.0.7");
}

BOOST_AUTO_TEST_CASE(ports_and_brackets_are_no_part_of_an_address) {
  BOOST_TEST(origin("X-Forwarded-For: 1.2.3.4:5555\r\n").address == "1.2.3.4");
  BOOST_TEST(origin("X-Forwarded-For: [2001:db8::1]:55\r\n").address == "2001:db8::1");
  BOOST_TEST(origin("X-Forwarded-For: 2001:db8::1\r\n").address == "2001:db8::1");
}

BOOST_AUTO_TEST_CASE(what_is_no_scheme_and_no_host_is_left_out) {
  auto from = origin("X-Forwarded-Proto: ftp\r\nX-Forwarded-Host: a/b\r\n");
  BOOST_TEST(from.scheme == "http");
  BOOST_TEST(from.host == "own");
}

BOOST_AUTO_TEST_SUITE_END()
