// Proves what a client of HTTP can rely on: routes, keys, statuses and the form of
// answers and errors.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace http_front {

struct http_node : node_process {
  http_node()
    : node_process(puppets("echo", "window = 4")
                   + puppets("small", "max_frame = \"1KiB\"")) {
    worker_pid("echo.0");
    worker_pid("small.0");
  }
  http_client client = http();

  /// Posts to `target` and checks that the answer is an error of the common form.
  http_response refuse(const std::string& target, const std::string& body, int status,
                       const std::string& code) {
    auto r = client.post(target, body);
    BOOST_TEST(r.status == status, target << ": " << r.body);
    BOOST_TEST(r["code"] == code, r.body);
    BOOST_TEST(!r["message"].empty());
    BOOST_TEST((r["retryable"] == "true" || r["retryable"] == "false"));
    BOOST_TEST(r.headers["content-type"] == "application/json");
    return r;
  }
};

} // namespace http_front

BOOST_FIXTURE_TEST_SUITE(http_front, http_node)

BOOST_AUTO_TEST_CASE(a_call_is_answered_with_the_envelope_of_the_socket) {
  auto r = client.post("/api/call/echo/upper", R"({"text":"abc"})");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.headers["content-type"] == "application/json");
  BOOST_TEST(r["payload.text"] == "abc");
  BOOST_TEST(r["kind"] == "upper");
  BOOST_TEST(r["error"] == "null");
  BOOST_TEST(r["worker"] == "echo.0");
  BOOST_TEST(client.post("/api/call/echo.0/echo")["payload"]
             == "null"); // no body, no payload
}

BOOST_AUTO_TEST_CASE(a_request_id_of_the_client_comes_back) {
  auto r =
      client.request("POST", "/api/call/echo/echo", "1", "X-Request-Id: \"mine\"\r\n");
  BOOST_TEST(r["request_id"] == "\"mine\"", r.body);
  r = client.request("POST", "/api/call/nobody/echo", "1", "X-Request-Id: mine\r\n");
  BOOST_TEST(r["request_id"] == "mine", r.body);
}

BOOST_AUTO_TEST_CASE(the_key_is_needed_and_may_come_in_two_ways) {
  http_client stranger{port(), ""};
  auto status = [&](const std::string& headers) {
    return stranger.request("POST", "/api/call/echo/echo", "1", headers).status;
  };
  BOOST_TEST(status("") == 401);
  BOOST_TEST(status("X-API-Key: wrong\r\n") == 401);
  BOOST_TEST(status("X-API-Key: " + key() + "x\r\n") == 401);
  BOOST_TEST(status("Authorization: Bearer wrong\r\n") == 401);
  BOOST_TEST(status("Authorization: Basic " + key() + "\r\n") == 401);
  BOOST_TEST(status("X-API-Key: " + key() + "\r\n") == 200);
  BOOST_TEST(status("Authorization: Bearer " + key() + "\r\n") == 200);
  auto r = stranger.request("GET", "/api/pools");
  BOOST_TEST(r.status == 401);
  BOOST_TEST(r["code"] == "unauthorized");
  // Which routes there are is nobody's business either.
  BOOST_TEST(stranger.request("GET", "/api/secret").status == 401);
}

BOOST_AUTO_TEST_CASE(health_and_ready_are_open) {
  http_client stranger{port(), ""};
  auto health = stranger.get("/health");
  BOOST_TEST(health.status == 200);
  BOOST_TEST(health["status"] == "ok");
  BOOST_TEST(health["service"] == "troupe");
  BOOST_TEST(!health["version"].empty());
  auto ready = stranger.get("/ready");
  BOOST_TEST(ready.status == 200);
  BOOST_TEST(ready["pools.echo.ready"] == "true");
}

BOOST_AUTO_TEST_CASE(ready_is_503_and_names_the_pool_that_is_not) {
  node_process node{puppets("fine")
                    + puppets("broken", "boot_timeout = \"60s\"", {"--no-ready"})};
  node.worker_pid("fine.0");
  auto r = node.http().get("/ready");
  BOOST_TEST(r.status == 503);
  BOOST_TEST(r["code"] == "unavailable");
  BOOST_TEST(r["message"].find("broken") != std::string::npos, r.body);
  BOOST_TEST(r["message"].find("fine") == std::string::npos, r.body);
  BOOST_TEST(r["pools.broken.ready"] == "false");
  BOOST_TEST(r["pools.fine.ready"] == "true");
}

BOOST_AUTO_TEST_CASE(every_outcome_has_its_status) {
  refuse("/api/call/nobody/echo", "", 404, "pool_not_found");
  refuse("/api/call/echo.7/echo", "", 404, "worker_not_found");
  auto e = refuse("/api/call/echo/error", R"({"code":"no","message":"never"})", 422,
                  "worker_error");
  BOOST_TEST(e["worker_code"] == "no");
  refuse("/api/call/echo/never?timeout_ms=50", "", 504, "timeout");
  e = refuse("/api/call/echo/die", R"({"exit_code":3})", 502, "worker_died");
  BOOST_TEST(e["exit_code"] == "3");
  refuse("/api/call/small/garbage", "", 502, "protocol_error");
}

BOOST_AUTO_TEST_CASE(unknown_routes_are_404) {
  for (auto target :
       {"/nothing", "/api", "/api/call", "/api/call/echo", "/api/pools/nobody",
        "/api/workers/nobody.0", "/api/workers/echo.9"}) {
    auto r = client.get(target);
    BOOST_TEST(r.status == 404, target);
    BOOST_TEST(r["code"].find("not_found") != std::string::npos, r.body);
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_is_400) {
  auto r = refuse("/api/call/echo/echo", "{\"text\":", 400, "bad_request");
  BOOST_TEST(r["message"].find("JSON") != std::string::npos, r.body);
  refuse("/api/call/echo/echo", "1 2", 400, "bad_request");
  refuse("/api/call/echo/echo", "\"\xff\"", 400, "bad_request");
  BOOST_TEST(client.post("/api/call/echo/echo", " [1] ")["payload"] == "[1]");
}

BOOST_AUTO_TEST_CASE(parameters_are_checked_by_name) {
  for (auto bad :
       {"timeout_ms=0", "timeout_ms=-1", "timeout_ms=abc", "timeout_ms=1.5",
        "priority=11", "priority=-11", "priority=x", "idempotent=maybe", "stream=2"}) {
    auto r = refuse(std::string{"/api/call/echo/echo?"} + bad, "1", 400, "bad_request");
    auto name = std::string{bad}.substr(0, std::string{bad}.find('='));
    BOOST_TEST(r["message"].find(name) != std::string::npos, r.body);
  }
  for (auto good : {"timeout_ms=5000", "priority=-10", "priority=10", "idempotent=1",
                    "idempotent=false", "key=a%20b", "timeout_ms=5000&key=k"})
    BOOST_TEST(client.post(std::string{"/api/call/echo/echo?"} + good, "1").status == 200,
               good);
}

BOOST_AUTO_TEST_CASE(names_in_the_target_may_be_escaped) {
  BOOST_TEST(client.post("/api/call/%65cho/a%22b%20c", "1")["kind"] == "a\"b c");
}

BOOST_AUTO_TEST_CASE(a_payload_that_the_pool_cannot_carry_is_413) {
  refuse("/api/call/small/echo", '"' + std::string(2000, 'x') + '"', 413,
         "payload_too_large");
}

BOOST_AUTO_TEST_CASE(lists_show_pools_and_workers) {
  client.post("/api/call/echo/echo", "1");
  auto pools = client.get("/api/pools");
  BOOST_TEST(pools.body.count("") == 2u);
  BOOST_TEST(pools["0.name"] == "echo");
  BOOST_TEST(pools["0.results"] == "1");
  BOOST_TEST(client.get("/api/pools/echo")["workers.0.name"] == "echo.0");
  auto w = client.get("/api/workers/echo.0");
  BOOST_TEST(w["pid"] == std::to_string(worker_pid("echo.0")));
  BOOST_TEST(w["calls"] == "1");
  BOOST_TEST(w["program"] == "puppet");
  BOOST_TEST(w.body.number("memory") > 100'000);
  BOOST_TEST(client.get("/api/workers").body.count("") == 2u);
  client.post("/api/call/echo/chatter", R"({"lines":2})");
  BOOST_TEST(eventually([&] {
    return client.get("/api/workers/echo.0/log")["lines.1"] == "puppet: line 1";
  }));
  BOOST_TEST(client.get("/api/nodes")["0.name"] == "alpha");
}

BOOST_AUTO_TEST_SUITE_END()
