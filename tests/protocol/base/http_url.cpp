#include "protocol/base/http_url.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(http_urls)

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
  auto plain = parse_http_url("http://127.0.0.1:9000/hook?a=1");
  BOOST_TEST_REQUIRE(plain.has_value());
  BOOST_TEST(
      (*plain == http_url{false, "127.0.0.1", 9000, "127.0.0.1:9000", "/hook?a=1"}));
  auto secure = parse_http_url("https://[::1]");
  BOOST_TEST_REQUIRE(secure.has_value());
  BOOST_TEST((*secure == http_url{true, "::1", 443, "[::1]", "/"}));
  auto query = parse_http_url("http://localhost?x");
  BOOST_TEST_REQUIRE(query.has_value());
  BOOST_TEST((*query == http_url{false, "localhost", 80, "localhost", "/?x"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_url_of_http_is_refused_with_the_reason) {
  for (std::string text :
       {"", "/hook", "127.0.0.1:9000", "http://", "http://a b/", "http://a/\r\nX: y"})
    BOOST_TEST(parse_http_url(text).error().starts_with("expected a URL such as"), text);
  BOOST_TEST(parse_http_url("ftp://a").error()
             == "expected a URL of http:// or https://, not \"ftp://a\"");
  for (std::string text : {"http://a:0", "http://a:65536"})
    BOOST_TEST(parse_http_url(text).error().starts_with("expected a port"), text);
  BOOST_TEST(parse_http_url("http://me:secret@a/").error()
             == "a URL must hold no user and no password: send a header instead");
  BOOST_TEST(parse_http_url("http://a/#b").error().starts_with("expected a URL without"));
}

BOOST_AUTO_TEST_SUITE_END()
