// Proves what the view key is enough for, by every route that there is.
#include "broker/front/http/http_request.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace troupe;
using namespace troupe::front::http;

namespace view_key {

namespace beast = boost::beast::http;

http_fields request_for(std::string_view method, const std::string& target,
                        const std::string& key) {
  http_fields m;
  m.method_string(boost::string_view{method.data(), method.size()});
  m.target(target);
  m.set("X-API-Key", key);
  return m;
}

/// Returns a path that a pattern matches. The names are not ones of pools or workers.
std::string path_of(std::string_view pattern) {
  std::string path = "/";
  auto in_braces = false;
  for (auto c : pattern) {
    in_braces = in_braces || c == '{';
    if (!in_braces)
      path += c;
    else if (c == '}')
      path += 'x';
    in_braces = in_braces && c != '}';
  }
  return path;
}

/// Returns why a request with the view key is refused, or nothing.
std::optional<code> refusal(const http_fields& m, const route_registry& routes) {
  auto match = match_http_request(m, routes, "all", "look");
  return match ? std::nullopt : std::optional{match.error().why.what};
}

} // namespace view_key

BOOST_AUTO_TEST_SUITE(view_key)

BOOST_AUTO_TEST_CASE(it_is_enough_for_gets_and_for_nothing_that_changes_something) {
  auto routes = built_in_routes();
  std::set<std::string> sockets;
  size_t refused = 0;
  size_t allowed = 0;
  routes.for_each([&](const route& r) {
    auto about = std::string{r.method} + ' ' + std::string{r.pattern};
    auto path = path_of(r.pattern);
    auto why = refusal(request_for(r.method, path, "look"), routes);
    auto is_socket = r.answers == answer_form::websocket;
    if (is_socket)
      sockets.insert(path);
    // The WebSocket that types on a terminal is a GET, too.
    if (r.method != "GET" || (is_socket && path == "/api/input/x/stream")) {
      BOOST_TEST((why == code::forbidden), about);
      ++refused;
    } else {
      BOOST_TEST((why != code::forbidden && why != code::unauthorized), about);
      ++allowed;
    }
    auto all =
        match_http_request(request_for(r.method, path, "all"), routes, "all", "look");
    BOOST_TEST((all || all.error().why.what == code::bad_request), about);
  });
  BOOST_TEST(refused >= 25u);
  BOOST_TEST(allowed >= 20u);
  BOOST_TEST(
      (sockets == std::set<std::string>{"/ws", "/ws/dashboard", "/api/input/x/stream"}));
}

BOOST_AUTO_TEST_CASE(a_head_is_looking_too_and_a_refusal_names_the_request) {
  auto routes = built_in_routes();
  BOOST_TEST(!refusal(request_for("HEAD", "/api/pools", "look"), routes));
  auto m = request_for("POST", "/api/pools/echo/restart", "look");
  auto match = match_http_request(m, routes, "all", "look");
  BOOST_TEST_REQUIRE(!match);
  auto& told = match.error().why.message;
  BOOST_TEST(told.find("the view key") != std::string::npos, told);
  BOOST_TEST(told.find("POST /api/pools/echo/restart") != std::string::npos, told);
}

BOOST_AUTO_TEST_CASE(a_get_says_nothing_in_a_body_and_is_no_message_to_a_channel) {
  auto routes = built_in_routes();
  size_t read = 0;
  routes.for_each([&](const route& r) {
    auto path = path_of(r.pattern);
    if (auto name = path.find("/x"); name != std::string::npos)
      path.replace(name, 2, "/%23x");
    auto m = request_for("GET", path, "look");
    auto match = match_http_request(m, routes, "all", "look");
    if (r.method != "GET" || !match)
      return;
    auto request = read_http_request(m, *match, R"({"mode":"said","body":"said"})", {});
    if (!request)
      return;
    BOOST_TEST(request->what.payload.str().find("said") == std::string::npos, path);
    BOOST_TEST(request->what.kind.view() != "agents.send", path);
    ++read;
  });
  BOOST_TEST(read >= 20u);
}

BOOST_AUTO_TEST_CASE(where_there_is_none_no_key_is_the_view_key) {
  auto routes = built_in_routes();
  for (std::string key : {"", "look", "all2"}) {
    auto match = match_http_request(request_for("GET", "/api/pools", key), routes, "all");
    BOOST_TEST_REQUIRE(!match, key);
    BOOST_TEST((match.error().why.what == code::unauthorized), key);
  }
}

BOOST_AUTO_TEST_SUITE_END()
