#include "broker/front/http/message/http_answer.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::front::http;

namespace http_answers {

constexpr std::string_view date = "Fri, 27 Nov 2026 19:28:55 GMT";

std::string with_body(const std::string& body, size_t expected, http_form form = {}) {
  std::string out = "before";
  append_http_answer_with(out, 200, expected, form, date,
                          [&](std::string& to) { to += body; });
  return out;
}

std::string at_once(const std::string& body, http_form form = {}) {
  std::string out = "before";
  append_http_answer(out, 200, body, form, date);
  return out;
}

} // namespace http_answers

BOOST_AUTO_TEST_SUITE(http_answers)

BOOST_AUTO_TEST_CASE(an_answer_has_all_that_its_client_needs) {
  BOOST_TEST(at_once("{}")
             == "beforeHTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 19:28:55 GMT\r\n"
                "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

BOOST_AUTO_TEST_CASE(the_length_is_right_whatever_was_expected) {
  for (size_t bytes : {0, 1, 9, 10, 99, 100, 101, 12345})
    for (size_t expected : {0, 9, 10, 100, 20000}) {
      std::string body(bytes, 'x');
      BOOST_TEST_REQUIRE(with_body(body, expected) == at_once(body));
    }
}

BOOST_AUTO_TEST_CASE(a_head_alone_tells_the_length_of_the_body_that_there_would_be) {
  http_form head{.keep_alive = false, .head = true};
  BOOST_TEST(with_body(std::string(120, 'x'), 7, head)
             == at_once(std::string(120, 'x'), head));
  BOOST_TEST(at_once("abc", head).find("abc") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
