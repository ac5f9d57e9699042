// Proves which operations a client can have answered by a route that only shows.
#include "broker/client/view_target.hpp"

#include <boost/test/unit_test.hpp>

using troupe::client::view_target;

BOOST_AUTO_TEST_SUITE(view_targets)

BOOST_AUTO_TEST_CASE(what_only_shows_has_a_route_with_the_name_in_its_path) {
  BOOST_TEST(view_target("pools", "null").value_or("") == "/api/pools");
  BOOST_TEST(view_target("pools", R"({"cluster":true})").value_or("")
             == "/api/pools?cluster=1");
  BOOST_TEST(view_target("health", "null").value_or("") == "/health");
  BOOST_TEST(view_target("spawned", "null").value_or("") == "/api/spawned");
  BOOST_TEST(view_target("worker", R"({"name":"echo.0@b"})").value_or("")
             == "/api/workers/echo.0%40b");
  BOOST_TEST(view_target("log", R"({"name":"a/b"})").value_or("")
             == "/api/workers/a%2Fb/log");
}

BOOST_AUTO_TEST_CASE(what_narrows_a_view_becomes_parameters) {
  BOOST_TEST(view_target("calls",
                         R"({"pool":"a@b","state":"running","limit":5,"cluster":false})")
                 .value_or("")
             == "/api/calls?pool=a%40b&state=running&limit=5&cluster=0");
  BOOST_TEST(view_target("history", R"({"name":"a","step":"1s","since":7})").value_or("")
             == "/api/pools/a/history?step=1s&since=7");
  BOOST_TEST(!view_target("calls", R"({"pool":["a"]})"));
  BOOST_TEST(!view_target("calls", "[]"));
}

BOOST_AUTO_TEST_CASE(what_changes_something_or_asks_for_more_has_none) {
  BOOST_TEST(!view_target("restart", R"({"name":"echo"})"));
  BOOST_TEST(!view_target("pools", R"({"since":1})"));
  BOOST_TEST(!view_target("log", R"({"name":"echo","most":3})"));
  BOOST_TEST(!view_target("log", "null"));
}

BOOST_AUTO_TEST_SUITE_END()
