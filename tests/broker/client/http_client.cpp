#include "tests/broker/support.hpp"

#include "broker/client/http_client.hpp"

using namespace std::chrono_literals;
using test::fault_in;
using test::good;
using test::payload_in;
using test::peer;
using test::server;
using troupe::code;
using troupe::client::http_client;

namespace http_clients {

constexpr std::string_view answer =
    R"({"request_id":null,"kind":"k","payload":{"n":1},"error":null,"worker":"e.0"})";

/// Returns how a call ends that is answered so.
troupe::call_result call_answered(std::string_view status, std::string_view body,
                                  std::string key = "k") {
  server node{[=](peer& p) {
    if (!p.read_request().empty())
      p.respond(status, body);
  }};
  return good(http_client::connect(node.url(), std::move(key)))
      ->call("e", "up", "1", {}, {});
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace http_clients

BOOST_AUTO_TEST_SUITE(http_clients)

BOOST_AUTO_TEST_CASE(calls_go_over_one_connection) {
  std::vector<std::string> requests;
  int connections = 0;
  server node{[&](peer& p) {
    ++connections;
    for (auto r = p.read_request(); !r.empty(); r = p.read_request()) {
      requests.push_back(r);
      p.respond("200 OK", answer);
    }
  }};
  {
    auto c = good(http_client::connect(node.url() + "/", "secret"));
    auto result = c->call("$node", "pools", "[\n1]", {}, {});
    BOOST_TEST(payload_in(result) == R"({"n":1})");
    BOOST_TEST(result->worker.view() == "e.0");
    troupe::client::call_options all{250ms, true, -3, "a&b c", true};
    payload_in(c->call("echo.0@b", "a/b", "null", all, {}));
  }
  node.stop();
  BOOST_TEST(connections == 1);
  BOOST_TEST_REQUIRE(requests.size() == 2u);
  BOOST_TEST(requests[0].starts_with("POST /api/call/%24node/pools HTTP/1.1\r\n"));
  BOOST_TEST(contains(requests[0], "\r\nX-API-Key: secret\r\n"));
  BOOST_TEST(contains(requests[0], "\r\nHost: " + node.url().substr(7) + "\r\n"));
  BOOST_TEST(requests[0].ends_with("\r\n\r\n[\n1]"));
  BOOST_TEST(requests[1].starts_with("POST /api/call/echo.0%40b/a%2Fb?timeout_ms=250&"
                                     "idempotent=1&priority=-3&key=a%26b%20c&stream=1 "));
}

BOOST_AUTO_TEST_CASE(a_path_in_the_url_stands_before_those_of_the_node) {
  std::string request;
  server node{[&](peer& p) {
    request = p.read_request();
    p.respond("200 OK", answer);
  }};
  payload_in(good(http_client::connect(node.url() + "/troupe/", ""))
                 ->call("e", "up", "1", {}, {}));
  node.stop();
  BOOST_TEST(request.starts_with("POST /troupe/api/call/e/up HTTP/1.1\r\n"));
  BOOST_TEST(!contains(request, "X-API-Key"));
}

BOOST_AUTO_TEST_CASE(an_error_is_the_fault_it_names) {
  auto f = fault_in(call_answered("429 Too Many Requests",
                                  R"({"code":"busy","message":"full","n":1})"));
  BOOST_TEST((f == troupe::fault{code::busy, "full", {.relayed = "\"n\":1"}}));
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_explained) {
  auto body = R"({"code":"unauthorized","message":"m"})";
  auto without = fault_in(call_answered("401 Unauthorized", body, ""));
  BOOST_TEST(without.what == code::unauthorized);
  BOOST_TEST(contains(without.message, "TROUPE_API_KEY"));
  BOOST_TEST(fault_in(call_answered("401 Unauthorized", body)).message == "m");
}

BOOST_AUTO_TEST_CASE(with_a_key_that_may_only_look_what_only_shows_is_asked_by_a_get) {
  std::vector<std::string> requests;
  server node{[&](peer& p) {
    for (auto r = p.read_request(); !r.empty(); r = p.read_request()) {
      requests.push_back(r.substr(0, r.find(" HTTP/")));
      if (r.starts_with("GET "))
        p.respond("200 OK", R"([{"name":"e"}])");
      else
        p.respond("403 Forbidden", R"({"code":"forbidden","message":"only look"})");
    }
  }};
  {
    auto c = good(http_client::connect(node.url(), "v"));
    BOOST_TEST(payload_in(c->call("$node", "pools", "null", {}, {}))
               == R"([{"name":"e"}])");
    auto refused = fault_in(c->call("$node", "restart", R"({"name":"e"})", {}, {}));
    BOOST_TEST(refused.what == code::forbidden);
    BOOST_TEST(refused.message == "only look");
    BOOST_TEST(fault_in(c->call("pools", "pools", "null", {}, {})).what
               == code::forbidden);
  }
  node.stop();
  BOOST_TEST((requests
              == std::vector<std::string>{
                  "POST /api/call/%24node/pools", "GET /api/pools",
                  "POST /api/call/%24node/restart", "POST /api/call/pools/pools"}));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_no_node_is_a_fault) {
  for (auto body : {"", "<html>", "{}", "[1]", "3"}) {
    auto f = fault_in(call_answered("502 Bad Gateway", body));
    BOOST_TEST(contains(f.message, "502"), body);
  }
  fault_in(call_answered("200 OK", "<html>"));
  fault_in(call_answered("200 OK", "3"));
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_during_a_call_is_a_fault_and_made_anew) {
  int connections = 0;
  server node{[&](peer& p) {
    p.read_request();
    if (++connections == 1)
      p.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
    else
      p.respond("200 OK", answer);
  }};
  auto c = good(http_client::connect(node.url(), ""));
  auto f = fault_in(c->call("e", "up", "1", {}, {}));
  BOOST_TEST(f.what == code::node_down);
  BOOST_TEST(contains(f.message, node.url()));
  payload_in(c->call("e", "up", "1", {}, {}));
}

BOOST_AUTO_TEST_CASE(a_connection_closed_between_two_calls_is_no_fault) {
  server node{[&](peer& p) {
    p.read_request();
    p.respond("200 OK", answer, "Connection: close\r\n");
  }};
  auto c = good(http_client::connect(node.url(), ""));
  payload_in(c->call("e", "up", "1", {}, {}));
  payload_in(c->call("e", "up", "1", {}, {}));
}

BOOST_AUTO_TEST_CASE(parts_of_a_stream_are_handed_over_before_the_answer) {
  server node{[&](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            ": hello\n\nevent: chunk\ndata: {\"kind\":\"chunk\",\"payload\":1}\n\nda");
    p.write("ta:{\"kind\":\"chunk\",\ndata: \"payload\":2}\r\n\r\n");
    p.write("data: " + std::string{answer} + "\n\n");
  }};
  auto c = good(http_client::connect(node.url(), ""));
  std::string parts;
  troupe::client::call_options streamed;
  streamed.stream = true;
  auto result = c->call("echo", "up", "null", streamed,
                        [&](const troupe::shared_bytes& part) { parts += part.view(); });
  BOOST_TEST(payload_in(result) == R"({"n":1})");
  BOOST_TEST(parts == "12");
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_without_an_answer_is_a_fault) {
  server node{[&](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            "data: {\"kind\":\"chunk\",\"payload\":1}\n\n");
  }};
  auto c = good(http_client::connect(node.url(), ""));
  troupe::client::call_options streamed;
  streamed.stream = true;
  BOOST_TEST(fault_in(c->call("e", "up", "1", streamed, {})).what == code::node_down);
}

BOOST_AUTO_TEST_CASE(a_url_that_leads_nowhere_is_unavailable_and_says_why) {
  std::string closed;
  {
    server gone{[](peer&) {}};
    closed = gone.url();
  }
  for (auto& [url, why] : std::vector<std::pair<std::string, std::string>>{
           {closed, "refused"},
           {"https" + closed.substr(4), "refused"},
           {"ftp://127.0.0.1", "http://"},
           {"http://", "http://127.0.0.1:7717"},
           {"http://127.0.0.1:109055", "expected a port from 1 to 65535, not '109055'"},
           {"http://127.0.0.1:0", "expected a port"},
           {"http://a b", "http://127.0.0.1:7717"},
           {"http://127.0.0.1:7717?a=b", "http://127.0.0.1:7717"}}) {
    auto opened = http_client::connect(url, "");
    BOOST_TEST_REQUIRE(!opened, url);
    auto& f = opened.error();
    BOOST_TEST(f.what == code::unavailable);
    BOOST_TEST(contains(f.message, why), f.message);
  }
}

BOOST_AUTO_TEST_SUITE_END()
