#include "protocol/web/request_head.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace request_heads {

web::request_facts facts() {
  return {.remote_address = "127.0.0.1",
          .protocol = "HTTP/1.1",
          .method = "GET",
          .target = "/a?b=c&d",
          .scheme = "http",
          .host = "example.org:8080",
          .headers = {}};
}

/// Returns the part of a head between two members.
std::string between(const std::string& head, std::string_view from, std::string_view to) {
  auto begin = head.find(from);
  BOOST_TEST_REQUIRE(begin != std::string::npos);
  begin += from.size();
  return head.substr(begin, head.find(to, begin) - begin);
}

std::string cookies(std::vector<std::pair<std::string_view, std::string_view>> headers) {
  auto f = facts();
  f.headers = std::move(headers);
  return between(web::request_head(f, nullptr), R"("cookies":)", R"(,"rawQuery")");
}

} // namespace request_heads

BOOST_AUTO_TEST_SUITE(request_heads)

BOOST_AUTO_TEST_CASE(the_head_is_the_context_of_roadrunner) {
  auto f = facts();
  f.headers = {
      {"host", "example.org:8080"}, {"X-one", "1"}, {"COOKIE", "k=v"}, {"x-One", "2"}};
  f.attributes = {{"id", "7"}};
  BOOST_TEST(
      web::request_head(f, nullptr)
      == R"({"remoteAddr":"127.0.0.1","protocol":"HTTP/1.1","method":"GET",)"
         R"("uri":"http://example.org:8080/a?b=c&d","headers":{"Host":["example.org:8080"],)"
         R"("X-One":["1","2"],"Cookie":["k=v"]},"cookies":{"k":"v"},"rawQuery":"b=c&d",)"
         R"("parsed":false,"uploads":null,"attributes":{"id":["7"]}})");
}

BOOST_AUTO_TEST_CASE(a_body_that_was_a_form_is_told_of) {
  web::parsed_body body{.parsed = true, .body = "{}", .uploads_json = R"({"f":[]})"};
  auto head = web::request_head(facts(), &body);
  BOOST_TEST(between(head, R"("rawQuery":"b=c&d",)", R"(,"attributes")")
             == R"("parsed":true,"uploads":{"f":[]})");
}

BOOST_AUTO_TEST_CASE(a_target_of_any_form_becomes_a_url) {
  auto uri = [](std::string_view target) {
    auto f = facts();
    f.target = target;
    f.scheme = "https";
    f.host = "h";
    return between(web::request_head(f, nullptr), R"("uri":")", "\"");
  };
  BOOST_TEST(uri("/") == "https://h/");
  BOOST_TEST(uri("//x/y") == "https://h//x/y");
  BOOST_TEST(uri("*") == "https://h");
  BOOST_TEST(uri("http://other/x") == "http://other/x");
}

BOOST_AUTO_TEST_CASE(bytes_of_headers_that_are_no_text_are_replaced) {
  auto f = facts();
  f.headers = {{"X", "\xff"}};
  BOOST_TEST(between(web::request_head(f, nullptr), R"("X":)", "}")
             == "[\"\xEF\xBF\xBD\"]");
}

BOOST_AUTO_TEST_CASE(cookies_are_decoded_and_the_last_of_a_name_stays) {
  BOOST_TEST(cookies({{"Cookie", "a=1; b=x%20y+z;c=\"q\"; a=2"}})
             == R"({"a":"2","b":"x y z","c":"q"})");
  BOOST_TEST(cookies({{"Cookie", "a=1"}, {"cookie", "a=3; d"}}) == R"({"a":"3","d":""})");
  BOOST_TEST(cookies({{"Cookie", "a=b=c"}}) == R"({"a":"b=c"})");
}

BOOST_AUTO_TEST_CASE(what_is_no_cookie_is_left_out) {
  BOOST_TEST(cookies({{"Cookie", "a b=1; =2; c=%zz; d=\"x; ;e=\\; f=1"}})
             == R"({"f":"1"})");
  BOOST_TEST(cookies({}) == "{}");
}

BOOST_AUTO_TEST_SUITE_END()
