// Proves what the answer to a request for a file depends on: ranges, versions, dates,
// types.
#include "protocol/web/byte_range.hpp"
#include "protocol/web/conditions.hpp"
#include "protocol/web/http_date.hpp"
#include "protocol/web/media_type.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace troupe;

namespace file_answers {

/// Returns `offset+length`, `none` if there is nothing to cut, or `whole`.
std::string range(std::string_view header, uint64_t size) {
  auto read = web::read_range(header, size);
  if (!read)
    return "whole";
  auto part = std::get_if<web::byte_range>(&*read);
  return part ? std::to_string(part->offset) + "+" + std::to_string(part->length)
              : "none";
}

constexpr std::time_t modified = 784'111'777;
constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view later = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr std::string_view earlier = "Sun, 06 Nov 1994 08:49:36 GMT";

unsigned status(const web::request_conditions& asked) {
  switch (web::evaluate(asked, {"\"t,1\"", modified})) {
    case web::condition_result::met:
      return 200;
    case web::condition_result::not_modified:
      return 304;
    case web::condition_result::failed:
      return 412;
  }
  return 0;
}

bool allows_range(std::string_view condition) {
  return web::allows_range({.if_range = condition}, {"\"t,1\"", modified});
}

} // namespace file_answers

BOOST_AUTO_TEST_SUITE(file_answers)

BOOST_AUTO_TEST_CASE(one_range_is_cut_to_the_file) {
  BOOST_TEST(range("bytes=0-0", 10) == "0+1");
  BOOST_TEST(range("Bytes=2-5", 10) == "2+4");
  BOOST_TEST(range("bytes=8-", 10) == "8+2");
  BOOST_TEST(range("bytes=8-100", 10) == "8+2");
  BOOST_TEST(range("bytes=-3", 10) == "7+3");
  BOOST_TEST(range("bytes=-30", 10) == "0+10");
  BOOST_TEST(range("bytes=0-99999999999999999999999", 10) == "0+10");
}

BOOST_AUTO_TEST_CASE(a_range_behind_the_end_is_none) {
  BOOST_TEST(range("bytes=10-", 10) == "none");
  BOOST_TEST(range("bytes=99999999999999999999999-", 10) == "none");
  BOOST_TEST(range("bytes=-0", 10) == "none");
  BOOST_TEST(range("bytes=0-", 0) == "none");
  BOOST_TEST(range("bytes=-1", 0) == "none");
}

BOOST_AUTO_TEST_CASE(what_is_not_one_range_is_ignored) {
  for (auto header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,3-4",
        "lines=0-1", "bytes=0-1x", "bytes=+1-2", "bytes=--1"})
    BOOST_TEST(range(header, 10) == "whole");
}

BOOST_AUTO_TEST_CASE(dates_are_written_and_read) {
  BOOST_TEST(web::http_date(modified) == date);
  BOOST_TEST(web::http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  BOOST_TEST((web::read_http_date(date) == modified));
  BOOST_TEST((web::read_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == modified));
  BOOST_TEST((web::read_http_date("Sun Nov  6 08:49:37 1994") == modified));
  BOOST_TEST((web::read_http_date("Sun Nov 16 08:49:37 1994")
              == modified + std::time_t{10} * 86'400));
}

BOOST_AUTO_TEST_CASE(what_is_no_date_is_none) {
  for (auto text :
       {"", "0", "x, ", "Sun, ", "Sun Nov", "Sun Nov  6", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT"})
    BOOST_TEST(!web::read_http_date(text).has_value());
}

BOOST_AUTO_TEST_CASE(a_client_with_this_version_is_told_so) {
  BOOST_TEST(status({}) == 200u);
  BOOST_TEST(status({.if_none_match = "\"t,1\""}) == 304u);
  BOOST_TEST(status({.if_none_match = "\"a\" , W/\"t,1\""}) == 304u);
  BOOST_TEST(status({.if_none_match = "*"}) == 304u);
  BOOST_TEST(status({.if_none_match = "\"a\", t,1"}) == 200u);
  BOOST_TEST(status({.if_modified_since = date}) == 304u);
  BOOST_TEST(status({.if_modified_since = later}) == 304u);
  BOOST_TEST(status({.if_modified_since = earlier}) == 200u);
  BOOST_TEST(status({.if_modified_since = "yesterday"}) == 200u);
}

BOOST_AUTO_TEST_CASE(tags_go_before_dates) {
  BOOST_TEST(status({.if_none_match = "\"a\"", .if_modified_since = date}) == 200u);
  BOOST_TEST(status({.if_match = "\"t,1\"", .if_unmodified_since = earlier}) == 200u);
}

BOOST_AUTO_TEST_CASE(a_condition_that_is_not_met_fails) {
  BOOST_TEST(status({.if_match = "\"a\""}) == 412u);
  BOOST_TEST(status({.if_match = "W/\"t,1\""}) == 412u);
  BOOST_TEST(status({.if_match = "*"}) == 200u);
  BOOST_TEST(status({.if_unmodified_since = earlier}) == 412u);
  BOOST_TEST(status({.if_unmodified_since = date}) == 200u);
  BOOST_TEST(status({.if_match = "\"a\"", .if_none_match = "\"t,1\""}) == 412u);
}

BOOST_AUTO_TEST_CASE(a_range_of_another_version_is_not_cut) {
  BOOST_TEST(allows_range(""));
  BOOST_TEST(allows_range("\"t,1\""));
  BOOST_TEST(allows_range(date));
  BOOST_TEST(!allows_range("W/\"t,1\""));
  BOOST_TEST(!allows_range("\"a\""));
  BOOST_TEST(!allows_range(later));
  BOOST_TEST(!allows_range("x"));
}

BOOST_AUTO_TEST_CASE(types_go_by_the_ending) {
  BOOST_TEST(web::media_type_of("a/b.CSS") == "text/css; charset=utf-8");
  BOOST_TEST(web::media_type_of("a.min.js") == "text/javascript; charset=utf-8");
  BOOST_TEST(web::media_type_of("x.svg") == "image/svg+xml");
  for (auto name : {"x", "css", "x.", "x.unknown", "", "x.7", "x.zzz"})
    BOOST_TEST(web::media_type_of(name) == "application/octet-stream");
}

BOOST_AUTO_TEST_SUITE_END()
