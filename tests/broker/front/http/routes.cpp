// Proves which request has which route, and that a route of one's own is one like any
// other.
#include "broker/front/http/http_request.hpp"
#include "broker/front/http/message/call_headers.hpp"
#include "protocol/base/address.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;

namespace routes_of_http {

using path = std::vector<std::string>;

http_fields request_for(boost::beast::http::verb method, std::string_view target) {
  http_fields m;
  m.method(method);
  m.target(boost::string_view{target.data(), target.size()});
  m.set("X-API-Key", "k");
  return m;
}

result<> greet(http_request& r, request_source& from) {
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->kind);
  r.what.payload = shared_bytes{from.segments.front() + ':' + from.body};
  return {};
}

constexpr auto get = boost::beast::http::verb::get;
constexpr auto put = boost::beast::http::verb::put;

} // namespace routes_of_http

BOOST_AUTO_TEST_SUITE(routes_of_http)

BOOST_AUTO_TEST_CASE(the_trace_of_a_call_is_in_its_headers_in_any_case_and_number) {
  auto m = request_for(boost::beast::http::verb::post, "/api/call/p/k");
  BOOST_TEST((read_trace(m) == nullptr));
  m.insert("tracestate", "a=1");
  BOOST_TEST((read_trace(m) == nullptr));
  m.insert("TraceParent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  m.insert("TRACESTATE", "b=2,c=3");
  auto trace = read_trace(m);
  BOOST_TEST_REQUIRE((trace != nullptr));
  BOOST_TEST(trace->trace_id() == "0af7651916cd43dd8448eb211c80319c");
  BOOST_TEST(trace->tracestate() == "a=1,b=2,c=3");
  m.insert("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-01");
  BOOST_TEST((read_trace(m) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_pattern_hands_its_segments_over_and_the_rest_as_one) {
  auto all = built_in_routes();
  auto call = all.find("POST", path{"api", "call", "text.0", "a", "b"});
  BOOST_TEST_REQUIRE(call.has_value());
  BOOST_TEST(call->segments == (path{"text.0", "a/b"}));
  BOOST_TEST((call->where->answers == answer_form::envelope));
  auto pool = all.find("PUT", path{"api", "pools", "p"});
  BOOST_TEST_REQUIRE(pool.has_value());
  BOOST_TEST(pool->segments == (path{"p"}));
  BOOST_TEST(pool->where->kind == "configure");
}

BOOST_AUTO_TEST_CASE(a_head_is_a_get_and_what_is_longer_shorter_or_empty_is_no_route) {
  auto all = built_in_routes();
  BOOST_TEST(all.find("HEAD", path{"api", "pools"}).has_value());
  BOOST_TEST(!all.find("POST", path{}).has_value()); // the page
  for (auto& p : {path{"api"}, path{"api", "pools", ""}, path{"api", "call", "p"},
                  path{"api", "call", "p", ""}, path{"api", "pools", "p", "nothing"}}) {
    BOOST_TEST(!all.find("GET", p).has_value());
    BOOST_TEST(!all.find("POST", p).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_methods_of_a_path_are_told_in_the_order_of_its_routes) {
  auto all = built_in_routes();
  BOOST_TEST(all.allowed_methods({"api", "pools", "p"}) == "GET, HEAD, PUT, DELETE");
  BOOST_TEST(all.allowed_methods({"api", "sessions"}) == "POST, GET, HEAD");
  BOOST_TEST(all.allowed_methods({"api", "spawned", "t"}) == "DELETE, GET, HEAD");
  BOOST_TEST(all.allowed_methods({"api", "nothing"}) == "");
}

BOOST_AUTO_TEST_CASE(of_two_routes_for_one_request_the_first_has_it) {
  route_registry all;
  all.add({.method = "GET", .pattern = "a/{x}", .kind = "first"});
  all.add({.method = "GET", .pattern = "a/b", .kind = "second"});
  BOOST_TEST(all.find("GET", path{"a", "b"})->where->kind == "first");
}

BOOST_AUTO_TEST_CASE(a_route_of_ones_own_is_matched_checked_and_read) {
  auto all = built_in_routes();
  all.add({.method = "PUT",
           .pattern = "api/greetings/{name}",
           .read = greet,
           .kind = "greet",
           .query = "loud",
           .about = path_subject::pool});
  auto asked = request_for(put, "/api/greetings/a?loud=1");
  auto match = match_http_request(asked, all, "k");
  BOOST_TEST_REQUIRE(match.has_value());
  auto read = read_http_request(asked, *match, "hi", {});
  BOOST_TEST_REQUIRE(read.has_value());
  auto& r = *read;
  BOOST_TEST(r.to == node_target);
  BOOST_TEST(r.what.kind.view() == "greet");
  BOOST_TEST(r.what.payload.view() == "a:hi");

  auto why = [&](const http_fields& m) {
    auto refused = match_http_request(m, all, "k");
    BOOST_TEST_REQUIRE(!refused.has_value());
    return refused.error();
  };
  BOOST_TEST(
      (why(request_for(put, "/api/greetings/a?soft=1")).why.what == code::bad_request));
  BOOST_TEST((why(request_for(put, "/api/greetings/a.0")).why.what == code::bad_request));
  BOOST_TEST(why(request_for(get, "/api/greetings/a")).headers == "Allow: PUT\r\n");
  auto stranger = match_http_request(asked, all, "other");
  BOOST_TEST_REQUIRE(!stranger.has_value());
  BOOST_TEST((stranger.error().why.what == code::unauthorized));
}

BOOST_AUTO_TEST_SUITE_END()
