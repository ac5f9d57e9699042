// Proves that the view key of a node shows everything and changes nothing.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/terminals.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace program;

namespace view_key {

/// A node with the view key `look`, from the environment.
struct viewed_node : node_process {
  viewed_node()
    : node_process(puppets("echo") + shell_pool, {.env = {{"TROUPE_VIEW_KEY", "look"}}}) {
    worker_pid("echo.0");
  }

  /// Runs a command of the program with the view key.
  std::pair<int, std::string> troupe(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"env", "TROUPE_API_KEY=look", TROUPE_BINARY, "--node", url()});
    return run(arguments);
  }

  /// Returns the head of the answer to a request for a WebSocket with the view key.
  std::string upgrade(const std::string& target) const {
    auto s = stream::to_loopback(port());
    s.send("GET " + target
           + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: look\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    return s.take_until("\r\n\r\n");
  }

  http_client viewer{port(), "look"};
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace view_key

BOOST_FIXTURE_TEST_SUITE(view_key, viewed_node)

BOOST_AUTO_TEST_CASE(it_is_enough_to_look) {
  worker_pid("echo.0"); // the node is ready then
  for (auto target : {"/api/pools", "/api/pools/echo", "/api/workers",
                      "/api/workers/echo.0", "/api/workers/echo.0/log", "/api/nodes",
                      "/api/sessions", "/api/spawned", "/health", "/ready"})
    BOOST_TEST(viewer.get(target).status == 200, target);
  BOOST_TEST(viewer.request("HEAD", "/api/pools").status == 200);
  BOOST_TEST(viewer.get("/api/nothing").status == 404);
  http_client bearer{port(), ""};
  BOOST_TEST(
      bearer.request("GET", "/api/pools", {}, "Authorization: Bearer look\r\n").status
      == 200);
}

BOOST_AUTO_TEST_CASE(it_is_not_enough_to_change_anything) {
  using row = std::pair<const char*, const char*>;
  for (auto [method, target] :
       {row{"POST", "/api/call/echo/echo"}, row{"POST", "/api/call/%24node/pools"},
        row{"POST", "/api/pools/echo/restart"}, row{"DELETE", "/api/workers/echo.0"},
        row{"PUT", "/api/pools/echo"}, row{"POST", "/api/spawn"},
        row{"POST", "/api/sessions"}, row{"POST", "/api/reload"}}) {
    auto r = viewer.request(method, target, "{}");
    BOOST_TEST(r.status == 403, target);
    BOOST_TEST(r["code"] == "forbidden", r.body);
    BOOST_TEST(r["retryable"] == "false");
    BOOST_TEST(contains(r["message"], "the view key"), r.body);
  }
  // Nothing has happened, and the connection goes on.
  BOOST_TEST(viewer.get("/api/workers/echo.0")["replacements"] == "0");
  BOOST_TEST(http().post("/api/call/echo/echo", "1").status == 200);
}

BOOST_AUTO_TEST_CASE(it_follows_events_and_cannot_type) {
  viewer.send_request("GET", "/api/events?since=0");
  auto r = viewer.read_response();
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.headers["content-type"] == "text/event-stream");
  BOOST_TEST(contains(viewer.stream().take_until("\n\n"), "data: "));
  BOOST_TEST(contains(upgrade("/ws"), "HTTP/1.1 101 "));
  BOOST_TEST(contains(upgrade("/api/input/shell/stream"), "HTTP/1.1 403 "));
}

BOOST_AUTO_TEST_CASE(commands_show_what_they_may_and_say_why_they_may_do_no_more) {
  auto [shown, table] = troupe({"ps"});
  BOOST_TEST(shown == 0, table);
  BOOST_TEST(contains(table, "echo.0"), table);
  worker_pid("shell.0");
  for (auto& arguments :
       std::vector<std::vector<std::string>>{{"logs", "echo.0"},
                                             {"logs", "echo"},
                                             {"dump", "shell"},
                                             {"top", "events", "--once"}}) {
    auto [ran, said] = troupe(arguments);
    BOOST_TEST(ran == 0, said);
  }
  BOOST_TEST(contains(troupe({"top", "events", "--once"}).second, "worker_ready"));
  auto refused = troupe({"dump", "echo"});
  BOOST_TEST(refused.first == 1);
  BOOST_TEST(contains(refused.second, "not_a_terminal: "), refused.second);
  for (auto& arguments : std::vector<std::vector<std::string>>{
           {"restart", "echo"}, {"call", "echo", "echo"}, {"scale", "echo", "2"}}) {
    auto [status, told] = troupe(arguments);
    BOOST_TEST(status == 1, told);
    BOOST_TEST(contains(told, "forbidden: this is the view key"), told);
  }
}

BOOST_AUTO_TEST_CASE(events_are_listed_without_a_stream) {
  auto r = viewer.get("/api/events/list?since=0&wait=0&kinds=worker_ready");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(contains(r.body.text, "\"kind\":\"worker_ready\""), r.body);
  BOOST_TEST(!contains(r.body.text, "\"kind\":\"worker_started\""), r.body);
  BOOST_TEST(viewer.get("/api/events/list?wait=2").status == 400);
  auto [status, lines] = run({"timeout", "-s", "INT", "5", "env", "TROUPE_API_KEY=look",
                              TROUPE_BINARY, "events", "--since", "0", "--node", url()});
  BOOST_TEST(contains(lines, "worker_ready"), lines);
}

BOOST_AUTO_TEST_CASE(the_same_key_twice_is_a_mistake) {
  temporary_folder folder;
  write_file(folder / "t.toml", "[http]\napi_key = \"k\"\nview_key = \"k\"\n");
  auto [status, told] = run({TROUPE_BINARY, "check", "-c", folder / "t.toml"});
  BOOST_TEST(status == 1);
  BOOST_TEST(contains(told, "t.toml:3: http.view_key: expected another key"), told);
  write_file(folder / "t.toml",
             "[http]\nlisten = \"127.0.0.1:0\"\napi_key = \"k\"\n" + puppets("echo"));
  auto [ended, why] =
      run({"env", "TROUPE_VIEW_KEY=k", TROUPE_BINARY, "serve", "-c", folder / "t.toml"},
          folder.path());
  BOOST_TEST(ended == 1);
  BOOST_TEST(contains(why, "TROUPE_VIEW_KEY"), why);
}

BOOST_AUTO_TEST_SUITE_END()
