// Proves what RFC 9110 and 9112 ask of a server beside the framing of requests, and that
// strangers, clients without the key, get little.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/websocket.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

#include <csignal>
#include <deque>

using namespace program;

namespace http_bytes {

struct protocol_node : node_process {
  protocol_node()
    : node_process(puppets("echo", "window = 8")) {
    worker_pid("echo.0");
  }
  http_client client = http();

  std::string with_key(const std::string& line) const {
    return line + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + key() + "\r\n";
  }
  /// Sends `bytes` on a connection of their own and returns the answer.
  http_response answer_to(const std::string& bytes) const {
    auto c = http();
    c.stream().send(bytes);
    return c.read_response();
  }
};

/// Takes the next chunk of a chunked answer.
std::string next_chunk(http_client& c) {
  auto size = std::stoul(c.stream().take_until("\r\n"), nullptr, 16);
  auto data = c.stream().take(size);
  c.stream().take_until("\r\n");
  return data;
}

/// Sends as much of `bytes` as the node takes.
void send_what_it_takes(http_client& c, std::string_view bytes) {
  try {
    c.stream().send(bytes);
  } catch (const std::exception&) { // it closes as soon as it has seen too much
  }
}

} // namespace http_bytes

using namespace http_bytes;

BOOST_FIXTURE_TEST_SUITE(http_protocol, protocol_node)

BOOST_AUTO_TEST_CASE(a_body_is_not_read_before_the_key_is_checked) {
  auto before = resident_kib(pid());
  std::deque<http_client> strangers;
  for (int i = 0; i < 20; ++i) {
    auto& s = strangers.emplace_back(port(), "");
    s.stream().send("POST /api/call/echo/echo HTTP/1.1\r\nHost: x\r\n"
                    "Content-Length: 16000000\r\n\r\n");
    send_what_it_takes(s, std::string(1'000'000, ' '));
    auto r = s.read_response();
    BOOST_TEST(r.status == 401);
    BOOST_TEST(r.headers["connection"] == "close");
    BOOST_TEST(r.headers["www-authenticate"] == "Bearer realm=\"troupe\"");
  }
  if (!sanitized)
    BOOST_TEST(resident_kib(pid()) - before < 8 * 1024);
  BOOST_TEST(client.post("/api/call/echo/echo", "1").status == 200);
}

BOOST_AUTO_TEST_CASE(a_small_body_that_nobody_wants_does_not_cost_the_connection) {
  http_client stranger{port(), ""};
  BOOST_TEST(stranger.post("/api/call/echo/echo", "[1]").status == 401);
  BOOST_TEST(stranger.request("GET", "/health", "{}").status == 200);
  BOOST_TEST(stranger.get("/health").status == 200);
}

BOOST_AUTO_TEST_CASE(strangers_get_no_leave_to_send_a_body) {
  auto r = answer_to("POST /api/call/echo/echo HTTP/1.1\r\nHost: x\r\n"
                     "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(r.status == 401);
}

BOOST_AUTO_TEST_CASE(extensions_that_do_not_end_are_refused_and_not_kept) {
  auto before = resident_kib(pid());
  http_client c = http();
  c.stream().send(with_key("POST /api/call/echo/echo")
                  + "Transfer-Encoding: chunked\r\n\r\n1;");
  for (int i = 0; i < 20; ++i)
    send_what_it_takes(c, std::string(1'000'000, 'a'));
  BOOST_TEST(c.read_response().status == 431);
  if (!sanitized)
    BOOST_TEST(resident_kib(pid()) - before < 8 * 1024);
}

BOOST_AUTO_TEST_CASE(a_key_in_a_trailer_is_none) {
  auto r = answer_to("POST /api/call/echo/echo HTTP/1.1\r\nHost: x\r\n"
                     "Transfer-Encoding: chunked\r\nTrailer: X-API-Key\r\n\r\n"
                     "1\r\n1\r\n0\r\nX-API-Key: "
                     + key() + "\r\n\r\n");
  BOOST_TEST(r.status == 401);
}

BOOST_AUTO_TEST_CASE(a_request_for_which_there_is_no_memory_fails_alone) {
  if (sanitized)
    return;
  auto kib = std::stoll(process_status(pid(), "VmSize"));
  rlimit room{static_cast<rlim_t>(kib + 24 * 1024) * 1024, RLIM_INFINITY};
  BOOST_REQUIRE(::prlimit(pid(), RLIMIT_AS, &room, nullptr) == 0);
  std::deque<http_client> clients;
  auto body = '"' + std::string(9'000'000, 'x') + '"';
  for (int i = 0; i < 6; ++i) { // all but the last byte: each needs its room
    auto& c = clients.emplace_back(port(), key());
    send_what_it_takes(c, with_key("POST /api/call/nobody/echo")
                              + "Content-Length: " + std::to_string(body.size())
                              + "\r\n\r\n" + body.substr(0, body.size() - 1));
  }
  int refused = 0;
  for (auto& c : clients) {
    send_what_it_takes(c, "\"");
    auto status = c.read_response().status;
    BOOST_TEST((status == 503 || status == 404), status);
    refused += status == 503;
  }
  BOOST_TEST(refused > 0);
  clients.clear();
  BOOST_TEST(client.post("/api/call/echo/echo", "1").status == 200);
}

BOOST_AUTO_TEST_CASE(the_name_of_the_scheme_is_in_any_case) {
  for (auto scheme : {"bearer ", "BEARER ", "Bearer   "}) {
    http_client c{port(), ""};
    auto r = c.request("GET", "/api/pools", {},
                       std::string{"Authorization: "} + scheme + key() + "\r\n");
    BOOST_TEST(r.status == 200, scheme);
  }
}

BOOST_AUTO_TEST_CASE(a_target_may_be_a_whole_url) {
  BOOST_TEST(answer_to("GET http://x:1/health HTTP/1.1\r\nHost: x\r\n\r\n").status
             == 200);
  BOOST_TEST(answer_to("GET ftp://x/health HTTP/1.1\r\nHost: x\r\n\r\n").status == 400);
  BOOST_TEST(answer_to("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n").status == 400);
}

BOOST_AUTO_TEST_CASE(empty_lines_before_a_request_are_read_over) {
  BOOST_TEST(answer_to("\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(http_1_0_is_kept_alive_if_it_asks_and_told_so) {
  for (int i = 0; i < 2; ++i) {
    client.stream().send("GET /health HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    auto r = client.read_response();
    BOOST_TEST(r.status == 200);
    BOOST_TEST(r.headers["connection"] == "keep-alive");
  }
}

BOOST_AUTO_TEST_CASE(leave_to_send_is_asked_for_in_any_case) {
  client.stream().send(with_key("POST /api/call/echo/echo")
                       + "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n");
  BOOST_TEST(client.read_response(false).status == 100);
  client.stream().send("7");
  BOOST_TEST(client.read_response()["payload"] == "7");
}

BOOST_AUTO_TEST_CASE(a_path_of_another_method_is_405_and_says_which) {
  auto r = client.get("/api/call/echo/echo");
  BOOST_TEST(r.status == 405);
  BOOST_TEST(r.headers["allow"] == "POST");
  BOOST_TEST(client.request("PATCH", "/api/pools/echo").headers["allow"]
             == "GET, HEAD, PUT, DELETE");
  BOOST_TEST(client.request("DELETE", "/health").status == 405);
  http_client stranger{port(), ""};
  BOOST_TEST(stranger.get("/api/call/echo/echo").status == 401);
}

BOOST_AUTO_TEST_CASE(the_kind_is_the_rest_of_the_path) {
  BOOST_TEST(client.post("/api/call/echo/a/b", "1")["kind"] == "a/b");
  BOOST_TEST(client.post("/api/call/echo/", "1").status == 404);
}

BOOST_AUTO_TEST_CASE(every_answer_has_a_date) {
  for (auto target : {"/health", "/nowhere"}) {
    auto date = client.get(target).headers["date"];
    BOOST_TEST(date.size() == 29u, date);
    BOOST_TEST(date.ends_with(" GMT"));
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_no_more_still_gets_its_answers) {
  client.send_request("POST", "/api/call/echo/sleep", R"({"ms":100})");
  client.send_request("POST", "/api/call/echo/echo", "2");
  client.stream().shut_down_writing();
  BOOST_TEST(client.read_response()["payload.ms"] == "100");
  BOOST_TEST(client.read_response()["payload"] == "2");
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(one_that_waits_long_is_asked_whether_it_is_there) {
  client.send_request("POST", "/api/call/echo/sleep", R"({"ms":600})");
  client.stream().shut_down_writing();
  BOOST_TEST(client.read_response(false).status == 100); // any client reads over it
  BOOST_TEST(client.read_response()["payload.ms"] == "600");
}

BOOST_AUTO_TEST_CASE(a_client_that_is_gone_has_its_calls_cancelled) {
  client.send_request("POST", "/api/call/echo/never");
  BOOST_REQUIRE(eventually([&] { return worker("echo.0").number("in_flight") == 1; }));
  client.close();
  BOOST_TEST(eventually([&] { return worker("echo.0").number("in_flight") != 1; }));
}

BOOST_AUTO_TEST_CASE(head_of_a_stream_has_no_body_and_an_end) {
  auto r = client.request("HEAD", "/api/events");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.headers["content-type"] == "text/event-stream");
  BOOST_TEST(client.stream().is_closed_within());
  BOOST_TEST(client.stream().arrived() == "");
}

BOOST_AUTO_TEST_CASE(unknown_parameters_are_named_on_every_route) {
  for (auto target :
       {"/health?x=1", "/api/pools?x=1", "/api/pools/echo?x=1", "/api/events?x=1",
        "/ws?x=1", "/api/spawned?x=1", "/api/spawned/a/snapshot?x=1",
        "/api/input/a/stream?x=1", "/api/workers/echo.0/log?x=1"}) {
    auto r = client.get(target);
    BOOST_TEST(r.status == 400, target);
    BOOST_TEST(r["code"] == "bad_request");
    BOOST_TEST(r["message"].find("\"x\"") != std::string::npos, r.body);
  }
  auto r = client.post("/api/call/echo/echo?timeout=5", "1");
  BOOST_TEST(r["message"].find("timeout_ms") != std::string::npos, r.body);
  BOOST_TEST(client.post("/api/call/echo/echo?key=a&key=b", "1").status == 400);
  BOOST_TEST(client.post("/api/call/echo/echo?", "1").status == 200);
}

BOOST_AUTO_TEST_CASE(unknown_kinds_of_events_are_named_with_the_known_ones) {
  auto names_them = [](const std::string& message) {
    BOOST_TEST(message.find("worker_dead") != std::string::npos, message);
    BOOST_TEST(message.find("worker_exited") != std::string::npos, message);
  };
  for (auto target :
       {"/api/events?kinds=worker_ready,worker_dead", "/ws?kinds=worker_dead"}) {
    auto r = client.get(target);
    BOOST_TEST(r.status == 400, target);
    names_them(r["message"]);
  }
  auto r = connect().call("$node", "events", R"({"kinds":["worker_dead"]})");
  BOOST_TEST(r["error.code"] == "bad_request");
  names_them(r["error.message"]);
  BOOST_TEST(
      connect().call("$node", "events", R"({"kind":["call_failed"]})")["error.code"]
      == "bad_request");
}

BOOST_AUTO_TEST_CASE(what_is_no_upgrade_is_told_what_is_wanted) {
  auto r = client.get("/ws");
  BOOST_TEST(r.status == 426);
  BOOST_TEST(r.headers["sec-websocket-version"] == "13");
  BOOST_TEST(client
                 .request("GET", "/ws", {},
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n")
                 .status
             == 400);
}

BOOST_AUTO_TEST_CASE(a_websocket_answers_a_close_with_its_code_and_sends_nothing_after) {
  websocket w{*this, "/ws"};
  w.send(std::string{"\x0F\xA1", 2} + "bye", 8); // 4001
  std::string got;
  do
    got = w.next().text;
  while (w.last_opcode != 8);
  BOOST_TEST(got == (std::string{"\x0F\xA1", 2}));
  BOOST_TEST(w.stream().is_closed_within());
  BOOST_TEST(w.stream().arrived() == "");
}

BOOST_AUTO_TEST_CASE(
    streams_and_websockets_end_as_their_protocols_say_when_the_node_stops) {
  http_client stream = http();
  stream.send_request("GET", "/api/events?kinds=call_failed");
  BOOST_TEST(stream.read_response().headers["transfer-encoding"] == "chunked");
  websocket w{*this, "/ws?kinds=call_failed"};
  signal(SIGTERM);
  BOOST_TEST(stream.stream().take_until("0\r\n\r\n") == "");
  BOOST_TEST(w.next().text == (std::string{"\x03\xE9", 2})); // 1001
  BOOST_TEST(w.last_opcode == 8);
  BOOST_TEST((wait() == 0)); // a second SIGTERM would end it at once
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_streams)

BOOST_AUTO_TEST_CASE(a_stream_ends_in_a_last_chunk_and_the_connection_goes_on) {
  node_process node{willing("w")};
  auto client = node.http();
  for (int round = 0; round < 2; ++round) {
    client.send_request("POST", "/api/call/w/count?stream=1", "{\"to\":2}");
    auto head = client.read_response(false);
    BOOST_TEST(head.headers["transfer-encoding"] == "chunked");
    std::string all;
    for (auto part = next_chunk(client); !part.empty(); part = next_chunk(client))
      all += part;
    BOOST_TEST(all.find("\"kind\":\"chunk\"") != std::string::npos);
    BOOST_TEST(all.find("\"worker\":\"w.0\"") != std::string::npos);
  }
  BOOST_TEST(client.get("/health").status == 200);
}

BOOST_AUTO_TEST_CASE(a_client_of_http_1_0_gets_the_parts_as_they_are) {
  node_process node{willing("w")};
  auto client = node.http();
  client.stream().send("POST /api/call/w/count?stream=1 HTTP/1.0\r\nX-API-Key: "
                       + node.key() + "\r\nContent-Length: 8\r\n\r\n{\"to\":2}");
  auto head = client.read_response(false);
  BOOST_TEST(head.headers.count("transfer-encoding") == 0u);
  BOOST_TEST(client.stream().take(6) == "data: ");
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fronts)

BOOST_AUTO_TEST_CASE(localhost_is_both_addresses_of_this_machine) {
  temporary_folder folder;
  node_options options;
  options.whole_file = true;
  options.state_dir = folder / "state";
  node_process node{"[node]\nstate_dir = \"" + options.state_dir
                        + "\"\n[http]\nlisten = \"localhost:0\"\n" + puppets("echo"),
                    options};
  BOOST_TEST(node.url() == "http://localhost:" + std::to_string(node.port()));
  BOOST_TEST(node.http().get("/health").status == 200); // 127.0.0.1
  auto six = run({"python3", "-c",
                  "import socket,sys\n"
                  "try: s=socket.create_server(('::1',0),family=socket.AF_INET6)\n"
                  "except OSError: sys.exit(0)\n"
                  "socket.create_connection(('::1',int(sys.argv[1])),5)\n",
                  std::to_string(node.port())});
  BOOST_TEST(six.first == 0, six.second);
}

BOOST_AUTO_TEST_CASE(the_clients_of_each_front_are_counted) {
  node_process node{puppets("echo")};
  auto client = node.http();
  auto r = client.get("/api/nodes");
  BOOST_TEST(r["0.clients.http.open"] == "1", r.body);
  BOOST_TEST(r["0.clients.http.refused"] == "0");
  BOOST_TEST(r.body.number("0.clients.socket.most") > 0);
  auto second = node.http();
  second.get("/health");
  BOOST_TEST(client.get("/api/nodes")["0.clients.http.open"] == "2");
  second.close();
  BOOST_TEST(
      eventually([&] { return client.get("/api/nodes")["0.clients.http.open"] == "1"; }));
}

BOOST_AUTO_TEST_CASE(an_open_breaker_says_when_it_tries_again) {
  node_process node{
      puppets("bad",
              "restart = { delay = \"1ms\", max_delay = \"30s\", intensity = 1, "
              "period = \"10s\" }",
              {"--exit-at-start", "1"})};
  auto client = node.http();
  http_response r;
  BOOST_REQUIRE(eventually([&] {
    r = client.post("/api/call/bad/echo?timeout_ms=200", "1");
    return r["code"] == "unavailable";
  }));
  BOOST_TEST(std::stoi(r.headers["retry-after"]) > 10, r.body);
  BOOST_TEST(std::stoi(r.headers["retry-after"]) <= 30, r.body);
}

BOOST_AUTO_TEST_SUITE_END()
