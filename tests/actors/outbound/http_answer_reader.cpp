#include "actors/outbound/http_answer_reader.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::outbound;

namespace answers_of_http {

using state = http_answer_reader::state;

/// Feeds bytes one by one, as long as more are needed.
state feed_slowly(http_answer_reader& r, std::string_view bytes) {
  auto now = state::partial;
  for (size_t i = 0; i < bytes.size() && now == state::partial; ++i)
    now = r.feed(bytes.substr(i, 1));
  return now;
}

} // namespace answers_of_http

namespace troupe::outbound {

static std::ostream& operator<<(std::ostream& out, http_answer_reader::state s) {
  return out << static_cast<int>(s);
}

} // namespace troupe::outbound

BOOST_AUTO_TEST_SUITE(answers_of_http)

BOOST_AUTO_TEST_CASE(an_answer_is_one_however_it_is_cut) {
  constexpr std::string_view whole =
      "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlater";
  http_answer_reader at_once;
  BOOST_TEST(at_once.feed(whole) == state::whole);
  http_answer_reader slowly;
  BOOST_TEST(feed_slowly(slowly, whole) == state::whole);
  for (auto r : {&at_once, &slowly}) {
    BOOST_TEST(r->answer().status == 503u);
    BOOST_TEST((r->answer().retry_after == std::chrono::seconds{7}));
    BOOST_TEST(r->answer().excerpt == "later");
  }
}

BOOST_AUTO_TEST_CASE(one_that_only_announces_another_is_skipped) {
  http_answer_reader r;
  BOOST_TEST(r.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
             == state::whole);
  BOOST_TEST(r.answer().status == 204u);
  http_answer_reader endless;
  auto now = state::partial;
  for (int i = 0; i < 100 && now == state::partial; ++i)
    now = endless.feed("HTTP/1.1 103 Early Hints\r\n\r\n");
  BOOST_TEST(now == state::malformed);
}

BOOST_AUTO_TEST_CASE(a_body_without_an_end_does_not_hide_the_status) {
  http_answer_reader r;
  auto now = r.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  size_t sent = 0;
  while (now == state::partial && sent < 1024 * 1024) {
    now = r.feed("400\r\n" + std::string(1024, 'x') + "\r\n");
    sent += 1024;
  }
  BOOST_TEST(now == state::last);
  BOOST_TEST(sent <= limits::http_answer_body + 2048);
  BOOST_TEST(r.answer().status == 200u);
  BOOST_TEST(r.answer().excerpt.size() == limits::log_excerpt);
}

BOOST_AUTO_TEST_CASE(the_excerpt_is_text_whatever_the_server_sends) {
  auto excerpt_of = [](const std::string& body) {
    http_answer_reader r;
    r.feed("HTTP/1.1 500 Broken\r\nContent-Length: " + std::to_string(body.size())
           + "\r\n\r\n" + body);
    return r.answer().excerpt;
  };
  const std::string fits(limits::log_excerpt - 2, 'x');
  BOOST_TEST(excerpt_of(fits + "\u00e9") == fits + "\u00e9");
  BOOST_TEST(excerpt_of(fits + "x\u00e9") == fits + "x"); // at a character
  BOOST_TEST(excerpt_of("a\xff"
                        "b\xc3")
             == "a\uFFFDb\uFFFD");
  auto bytes = excerpt_of(std::string(1000, '\xff'));
  BOOST_TEST(is_utf8(bytes));
  BOOST_TEST(bytes.size() <= limits::log_excerpt);
  BOOST_TEST(bytes.size() > limits::log_excerpt - 3);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_connection_may_be_that_of_the_body) {
  http_answer_reader r;
  BOOST_TEST(r.feed("HTTP/1.1 200 OK\r\n\r\nsome") == state::partial);
  BOOST_TEST(r.feed_end() == state::last);
  BOOST_TEST(r.answer().excerpt == "some");
  http_answer_reader cut;
  BOOST_TEST(cut.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome")
             == state::partial);
  BOOST_TEST(cut.feed_end() == state::malformed);
  http_answer_reader none;
  BOOST_TEST(none.feed_end() == state::malformed);
  BOOST_TEST(none.why() == "the connection was closed before an answer");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_or_too_long_is_no_answer) {
  http_answer_reader other;
  BOOST_TEST(other.feed("SSH-2.0-OpenSSH\r\n\r\n") == state::malformed);
  http_answer_reader endless;
  auto now = endless.feed("HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 1000 && now == state::partial; ++i)
    now = endless.feed("X-Header: " + std::string(100, 'x') + "\r\n");
  BOOST_TEST(now == state::malformed);
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_answer_end_the_use_of_the_connection) {
  http_answer_reader r;
  BOOST_TEST(r.feed("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200") == state::last);
  http_answer_reader told;
  BOOST_TEST(told.feed("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                       "Content-Length: 0\r\n\r\n")
             == state::last);
}

BOOST_AUTO_TEST_CASE(retry_after_is_a_number_or_a_date) {
  using std::chrono::seconds;
  std::chrono::system_clock::time_point now{seconds{784'111'777}}; // of RFC 9110, 5.6.7
  BOOST_TEST((parse_retry_after("120", now) == seconds{120}));
  BOOST_TEST((parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == seconds{60}));
  BOOST_TEST((parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now) == seconds{0}));
  for (auto wrong : {"", "-1", "1.5", "soon", "99999999999999999999"})
    BOOST_TEST(!parse_retry_after(wrong, now), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
