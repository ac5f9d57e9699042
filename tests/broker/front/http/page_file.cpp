// Proves how the files of the dashboard are answered with, and by which routes.
#include "broker/front/http/page_file.hpp"
#include "broker/front/http/http_request.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front::http;

namespace files_of_the_page {

http_fields request_for(const std::string& method, const std::string& target,
                        const std::string& header = "Accept",
                        const std::string& value = "*/*") {
  http_fields m;
  m.method_string(method);
  m.target(target);
  m.insert(header, value);
  return m;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

struct fixture {
  page_answer asked_with(const std::string& header, const std::string& value,
                         http_form form = {}) const {
    return answer_with(file, request_for("GET", "/", header, value), form, "now");
  }

  page_file file = make_page_file("text/plain", "a page", "packed");
};

} // namespace files_of_the_page

BOOST_FIXTURE_TEST_SUITE(files_of_the_page, files_of_the_page::fixture)

BOOST_AUTO_TEST_CASE(gzip_is_for_those_who_take_it) {
  for (auto takes : {"gzip", "br, GZIP", "gzip;q=0.1", "*", "identity;q=0, *;q=0.5"}) {
    auto a = asked_with("Accept-Encoding", takes);
    BOOST_TEST(a.body == "packed", takes);
    BOOST_TEST(contains(a.head, "\r\nContent-Encoding: gzip\r\n"), a.head);
    BOOST_TEST(contains(a.head, "\r\nETag: " + file.gzipped_tag + "\r\n"), a.head);
  }
  for (auto takes : {"", "br", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "xgzip"}) {
    auto a = asked_with("Accept-Encoding", takes);
    BOOST_TEST(a.body == "a page", takes);
    BOOST_TEST(!contains(a.head, "Content-Encoding"), a.head);
    BOOST_TEST(contains(a.head, "\r\nVary: Accept-Encoding\r\n"), a.head);
  }
  BOOST_TEST(make_page_file("a", "b", {}).gzipped_tag == "");
  BOOST_TEST(file.tag != file.gzipped_tag);
  BOOST_TEST(file.tag == make_page_file("other", "a page", {}).tag);
}

BOOST_AUTO_TEST_CASE(a_client_that_has_this_version_gets_no_body) {
  for (auto tag : {file.tag, std::string{"*"}, "\"x\", W/" + file.tag}) {
    auto a = asked_with("If-None-Match", tag);
    BOOST_TEST(a.status == 304u, tag);
    BOOST_TEST(a.body == "");
    BOOST_TEST(a.head.starts_with("HTTP/1.1 304 Not Modified\r\n"), a.head);
    BOOST_TEST(contains(a.head, "\r\nETag: " + file.tag + "\r\n"), a.head);
  }
  for (auto tag : {file.gzipped_tag, std::string{"\"x\""}, std::string{}})
    BOOST_TEST(asked_with("If-None-Match", tag).status == 200u, tag);
}

BOOST_AUTO_TEST_CASE(a_head_has_the_length_of_what_a_get_has) {
  auto a = asked_with("Accept", "*/*", {.head = true});
  BOOST_TEST(a.body == "");
  BOOST_TEST(contains(a.head, "\r\nContent-Length: 6\r\n"), a.head);
  BOOST_TEST(contains(a.head, "\r\nContent-Type: text/plain\r\n"), a.head);
  BOOST_TEST(contains(a.head, "\r\nCache-Control: no-cache\r\n"), a.head);
}

BOOST_AUTO_TEST_CASE(nobody_needs_a_key_for_the_page) {
  auto routes = built_in_routes();
  for (auto path : {"/", "/dashboard/app.js", "/dashboard/app.css", "/favicon.ico",
                    "/dashboard/favicon.svg", "/dashboard/licenses.txt"}) {
    auto m = request_for("GET", path);
    auto match = match_http_request(m, routes, "all");
    BOOST_TEST_REQUIRE(match.has_value(), path);
    BOOST_TEST((match->route.where->answers == answer_form::file));
    BOOST_TEST_REQUIRE((match->route.where->file != nullptr));
    BOOST_TEST(!match->route.where->file->bytes.empty(), path);
    BOOST_TEST(read_http_request(m, *match, {}, {}).has_value());
    auto post = match_http_request(request_for("POST", path), routes, "all");
    BOOST_TEST_REQUIRE(!post.has_value());
    BOOST_TEST(post.error().status == 405u, path);
    BOOST_TEST(post.error().headers == "Allow: GET, HEAD\r\n");
  }
  for (auto path : {"/index.html", "/dashboard", "/dashboard/", "/dashboard/../app.js"}) {
    auto other = match_http_request(request_for("GET", path), routes, "all");
    BOOST_TEST_REQUIRE(!other.has_value(), path);
    BOOST_TEST((other.error().why.what == code::unauthorized), path);
  }
}

BOOST_AUTO_TEST_CASE(a_dashboard_that_is_off_is_not_found) {
  auto routes = built_in_routes(false);
  for (auto path : {"/", "/dashboard/app.js", "/favicon.ico"}) {
    auto m = request_for("GET", path);
    auto match = match_http_request(m, routes, "all");
    BOOST_TEST_REQUIRE(match.has_value());
    auto read = read_http_request(m, *match, {}, {});
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST((read.error().what == code::not_found));
  }
}

BOOST_AUTO_TEST_SUITE_END()
