// Proves that requests arrive and answers leave as HTTP says, in the shapes that real
// clients use: kept alive, pipelined, in pieces, chunked, with Expect, and broken.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace http_framing {

struct framing_node : node_process {
  framing_node()
    : node_process(puppets("echo", "window = 8")) {
    worker_pid("echo.0");
  }
  http_client client = http();

  /// Returns the head of a POST to `kind`, open at its end.
  std::string head(const std::string& kind) const {
    return "POST /api/call/echo/" + kind + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + key()
           + "\r\n";
  }
};

} // namespace http_framing

BOOST_FIXTURE_TEST_SUITE(http_framing, framing_node)

BOOST_AUTO_TEST_CASE(a_connection_is_kept_for_many_requests) {
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(client.post("/api/call/echo/echo", std::to_string(i))["payload"]
               == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(errors_do_not_cost_the_connection) {
  BOOST_TEST(client.post("/api/call/echo/echo", "{").status == 400);
  BOOST_TEST(client.get("/nowhere").status == 404);
  BOOST_TEST(client.post("/api/call/echo/echo", "1").status == 200);
}

BOOST_AUTO_TEST_CASE(a_connection_is_closed_when_the_client_says_so) {
  auto r = client.request("POST", "/api/call/echo/echo", "1", "Connection: close\r\n");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.headers["connection"] == "close");
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(http_1_0_is_answered_and_closed) {
  client.stream().send("GET /health HTTP/1.0\r\n\r\n");
  BOOST_TEST(client.read_response().status == 200);
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_their_order) {
  // The first takes longest; the others are done before it and wait for their turn.
  client.send_request("POST", "/api/call/echo/sleep", R"({"ms":150})");
  for (int i = 0; i < 20; ++i)
    client.send_request("POST", "/api/call/echo/echo", std::to_string(i));
  client.send_request("GET", "/nowhere");
  BOOST_TEST(client.read_response()["payload.ms"] == "150");
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(client.read_response()["payload"] == std::to_string(i));
  BOOST_TEST(client.read_response().status == 404);
}

BOOST_AUTO_TEST_CASE(a_deep_pipeline_is_answered_whole) {
  constexpr int n = 500; // more than the node takes at a time
  std::string all;
  for (int i = 0; i < n; ++i) {
    auto body = std::to_string(i);
    all += head("echo") + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"
           + body;
  }
  client.stream().send(all);
  for (int i = 0; i < n; ++i)
    BOOST_REQUIRE(client.read_response()["payload"] == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(bytes_may_come_one_at_a_time) {
  for (char c : head("echo") + "Content-Length: 3\r\n\r\n\"a\"")
    client.stream().send(std::string(1, c));
  BOOST_TEST(client.read_response()["payload"] == "a");
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_put_together) {
  client.stream().send(head("echo") + "Transfer-Encoding: chunked\r\n\r\n"
                       + "5\r\n[\"abc\r\n3;ext=1\r\nd\"]\r\n0\r\nTrailer: x\r\n\r\n");
  BOOST_TEST(client.read_response()["payload"] == "[\"abcd\"]");
  BOOST_TEST(client.post("/api/call/echo/echo", "1").status
             == 200); // nothing was left over
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_leave_to_send_its_body_gets_it) {
  client.stream().send(head("echo")
                       + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(client.read_response(false).status == 100);
  client.stream().send("\"ab\"");
  BOOST_TEST(client.read_response()["payload"] == "ab");
}

BOOST_AUTO_TEST_CASE(head_has_the_headers_of_get_and_no_body) {
  auto get = client.get("/api/pools/echo/nowhere");
  auto head = client.request("HEAD", "/api/pools/echo/nowhere");
  BOOST_TEST(head.status == get.status);
  BOOST_TEST(client.request("HEAD", "/health").status == 200);
  BOOST_TEST(client.get("/health").status == 200); // no body was left over
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_long_is_413_before_it_is_sent) {
  client.stream().send(head("echo") + "Content-Length: 100000000\r\n\r\n");
  auto r = client.read_response();
  BOOST_TEST(r.status == 413);
  BOOST_TEST(r["code"] == "payload_too_large");
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(a_chunked_body_that_is_too_long_is_413) {
  client.stream().send(head("echo") + "Transfer-Encoding: chunked\r\n\r\n");
  auto chunk = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
  try {
    for (int i = 0; i < 20; ++i)
      client.stream().send(chunk);
  } catch (const std::exception&) {
    // It closes as soon as it has seen too much; its answer is there all the same.
  }
  BOOST_TEST(client.read_response().status == 413);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_too_long_is_refused) {
  client.stream().send("GET /health HTTP/1.1\r\nX-Filler: " + std::string(20'000, 'x'));
  BOOST_TEST(client.read_response().status == 431);
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_refused_and_closed) {
  for (auto bytes : {"{\"to\":\"echo\"}\r\n\r\n", "GET /health\r\n\r\n",
                     "GET health HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    auto stranger = http();
    stranger.stream().send(bytes);
    auto r = stranger.read_response();
    BOOST_TEST(r.status == 400, bytes);
    BOOST_TEST(r["code"] == "bad_request");
  }
  BOOST_TEST(client.get("/health").status == 200);
}

BOOST_AUTO_TEST_CASE(a_large_result_leaves_whole_to_a_slow_reader) {
  client.send_request("POST", "/api/call/echo/blob", R"({"bytes":8000000})");
  client.send_request("POST", "/api/call/echo/echo", "1");
  auto other = http(); // and nobody else waits for that
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(other.post("/api/call/echo/echo", "1").status == 200);
  BOOST_TEST(client.read_response()["payload"].size() == 8'000'000u);
  BOOST_TEST(client.read_response()["payload"] == "1");
}

BOOST_AUTO_TEST_SUITE_END()
