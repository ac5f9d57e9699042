// Proves which operations a client can have answered by a route that only shows.
#include "broker/client/view_target.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

namespace view_targets {

/// Of an operation of the node.
std::optional<std::string> view_target(std::string_view kind, std::string_view payload) {
  return troupe::client::view_target("$node", kind, payload);
}

} // namespace view_targets

BOOST_AUTO_TEST_SUITE(view_targets)

BOOST_AUTO_TEST_CASE(what_only_shows_has_a_route_with_the_name_in_its_path) {
  BOOST_TEST(view_target("pools", "null").value_or("") == "/api/pools");
  BOOST_TEST(view_target("pools", R"({"cluster":true})").value_or("")
             == "/api/pools?cluster=1");
  BOOST_TEST(view_target("calls", R"({"cluster":true,"silent":true})").value_or("")
             == "/api/calls?cluster=1&silent=1");
  BOOST_TEST(view_target("health", "null").value_or("") == "/health");
  BOOST_TEST(view_target("spawned", "null").value_or("") == "/api/spawned");
  BOOST_TEST(view_target("worker", R"({"name":"echo.0@b"})").value_or("")
             == "/api/workers/echo.0%40b");
  BOOST_TEST(view_target("log", R"({"name":"a/b.0"})").value_or("")
             == "/api/workers/a%2Fb.0/log");
  BOOST_TEST(view_target("log", R"({"name":"echo@b.c"})").value_or("")
             == "/api/pools/echo%40b.c/log");
  BOOST_TEST(view_target("terminal", R"({"name":"shell"})").value_or("")
             == "/api/spawned/shell/worker");
}

BOOST_AUTO_TEST_CASE(what_narrows_a_view_becomes_parameters) {
  BOOST_TEST(view_target("calls",
                         R"({"pool":"a@b","state":"running","limit":5,"cluster":false})")
                 .value_or("")
             == "/api/calls?pool=a%40b&state=running&limit=5&cluster=0");
  BOOST_TEST(view_target("history", R"({"name":"a","step":"1s","since":7})").value_or("")
             == "/api/pools/a/history?step=1s&since=7");
  BOOST_TEST(view_target("events", R"({"since":null,"kinds":["a","b"],"wait":false})")
                 .value_or("")
             == "/api/events/list?kinds=a%2Cb&wait=0");
  BOOST_TEST(!view_target("calls", R"({"pool":[1]})"));
  BOOST_TEST(!view_target("calls", "[]"));
}

BOOST_AUTO_TEST_CASE(a_screen_is_looked_at_by_the_name_of_its_terminal) {
  BOOST_TEST(troupe::client::view_target("shell.0", "snapshot",
                                         R"({"format":"plain","scrollback":0})")
                 .value_or("")
             == "/api/spawned/shell.0/snapshot?format=plain&scrollback=0");
  BOOST_TEST(!troupe::client::view_target("shell.0", "input", R"({"data":"x"})"));
  BOOST_TEST(!troupe::client::view_target("echo", "pools", "null"));
}

BOOST_AUTO_TEST_CASE(what_changes_something_or_asks_for_more_has_none) {
  BOOST_TEST(!view_target("restart", R"({"name":"echo"})"));
  BOOST_TEST(!view_target("pools", R"({"since":1})"));
  BOOST_TEST(!view_target("log", R"({"name":"echo","most":3})"));
  BOOST_TEST(!view_target("log", "null"));
}

BOOST_AUTO_TEST_SUITE_END()
