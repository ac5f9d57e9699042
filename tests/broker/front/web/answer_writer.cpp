#include "broker/front/web/answer_writer.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front::web;

namespace web_answer_heads {

std::string written(const answer_head& head, front::http::http_form form, body_end end,
                    std::optional<uint64_t> length = {}) {
  std::string out;
  append_answer_head(out, head, form, end, length, "now");
  return out;
}

bool says(const std::string& text, const std::string& line) {
  return text.find(line + "\r\n") != std::string::npos;
}

} // namespace web_answer_heads

BOOST_AUTO_TEST_SUITE(web_answer_heads)

BOOST_AUTO_TEST_CASE(the_framing_is_the_fronts) {
  answer_head head{200,
                   {{"content-length", "7"},
                    {"Transfer-Encoding", "gzip"},
                    {"X-A", "1"},
                    {"X-A", "2"}}};
  BOOST_TEST(written(head, {}, body_end::length, 3)
             == "HTTP/1.1 200 OK\r\nDate: now\r\nX-A: 1\r\nX-A: 2\r\n"
                "Content-Length: 3\r\n\r\n");
  auto chunked = written(head, {}, body_end::chunks);
  BOOST_TEST(says(chunked, "Transfer-Encoding: chunked"));
  BOOST_TEST(!says(chunked, "Content-Length: 7"));
}

BOOST_AUTO_TEST_CASE(headers_for_the_neighbour_stay_behind) {
  auto text = written({200,
                       {{"Connection", "X-Local, close"},
                        {"X-Local", "1"},
                        {"Keep-Alive", "timeout=5"},
                        {"Upgrade", "h2c"}}},
                      {}, body_end::length, 0);
  BOOST_TEST(text == "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(what_has_no_body_has_no_length) {
  for (auto status : {204u, 304u})
    BOOST_TEST(!has_body(status));
  BOOST_TEST(written({204, {}}, {}, body_end::none, 5)
             == "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  // A HEAD tells the length that a GET had got.
  BOOST_TEST(
      says(written({200, {}}, {.head = true}, body_end::none, 5), "Content-Length: 5"));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_connection_is_announced) {
  BOOST_TEST(says(written({200, {}}, {.keep_alive = false}, body_end::length, 0),
                  "Connection: close"));
  BOOST_TEST(says(written({200, {}}, {.http_1_0 = true}, body_end::length, 0),
                  "Connection: keep-alive"));
}

BOOST_AUTO_TEST_CASE(an_interim_head_is_the_workers_alone) {
  std::string out;
  append_interim_head(out, {103, {{"Link", "</a.css>"}}});
  BOOST_TEST(out == "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_length_is_one_number) {
  BOOST_TEST((length_in({200, {{"Content-LENGTH", "12"}}}) == 12u));
  BOOST_TEST(!length_in({200, {{"Content-Length", "1 2"}}}).has_value());
  BOOST_TEST(!length_in({200, {}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_is_text_for_people) {
  std::string out;
  auto bytes = append_refusal(out, {malformed("no")}, {}, "now");
  BOOST_TEST(says(out, "HTTP/1.1 400 Bad Request"));
  BOOST_TEST(out.ends_with("\r\n\r\n400 Bad Request: no\n"));
  BOOST_TEST(bytes == std::string{"400 Bad Request: no\n"}.size());
}

BOOST_AUTO_TEST_SUITE_END()
