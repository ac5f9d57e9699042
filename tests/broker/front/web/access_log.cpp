#include "broker/front/web/access_log.hpp"
#include "broker/front/web/web_faults.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::web;

BOOST_AUTO_TEST_SUITE(web_access_lines)

BOOST_AUTO_TEST_CASE(a_line_has_the_common_format) {
  access_record r;
  r.client = "1.2.3.4";
  r.method = "GET";
  r.target = "/a?b=\"c\x01";
  r.protocol = "HTTP/1.1";
  r.status = 200;
  r.bytes = 7;
  r.begun = std::chrono::system_clock::from_time_t(0);
  BOOST_TEST(common_log_line(r)
             == "1.2.3.4 - - [01/Jan/1970:00:00:00 +0000]"
                " \"GET /a?b=\\\"c\\x01 HTTP/1.1\" 200 7\n");
}

BOOST_AUTO_TEST_CASE(what_was_no_request_has_a_line_too) {
  access_record r;
  r.status = 400;
  r.begun = std::chrono::system_clock::from_time_t(0);
  BOOST_TEST(common_log_line(r) == "- - - [01/Jan/1970:00:00:00 +0000] \"-\" 400 -\n");
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_has_a_status_and_tells_nothing_of_the_inside) {
  auto status = [](code what) {
    auto refused = refusal_of({what, "secret"}, 555);
    BOOST_TEST(refused.why.message == "");
    return http::status_of(refused);
  };
  BOOST_TEST(status(code::worker_error) == 555u);
  BOOST_TEST(status(code::worker_died) == 502u);
  BOOST_TEST(status(code::protocol_error) == 502u);
  BOOST_TEST(status(code::busy) == 503u);
  BOOST_TEST(status(code::unavailable) == 503u);
  BOOST_TEST(status(code::pool_not_found) == 503u);
  BOOST_TEST(status(code::shutting_down) == 503u);
  BOOST_TEST(status(code::queue_timeout) == 504u);
  BOOST_TEST(status(code::timeout) == 504u);
  BOOST_TEST(status(code::payload_too_large) == 413u);
  BOOST_TEST(status(code::bad_request) == 500u);
}

BOOST_AUTO_TEST_SUITE_END()
