// Proves that a page can look at a node over one WebSocket, that it is sent what changes
// and no more, and that no page can harm the node or another page.
#include "tests/program/harness/dashboard_page.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/terminals.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace dashboard_socket {

const std::string watch_pools = R"("ask":"pools")";

/// Returns whether the first pool has had so many calls.
auto has_calls(int64_t n) {
  return [n](const reply& pools) { return pools.number("0.calls") == n; };
}

} // namespace dashboard_socket

BOOST_AUTO_TEST_SUITE(dashboard_socket)

BOOST_AUTO_TEST_CASE(a_page_sees_what_changes) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  dashboard_page page{node};
  BOOST_TEST(page.hello["node"] == node.operation("health")["name"]);
  BOOST_TEST(page.hello["version"] == node.operation("health")["version"]);
  BOOST_TEST(page.hello["may"] == "all");
  page.watch(1, watch_pools);
  page.until(1, has_calls(0));
  node.connect().call("echo", "echo", "1");
  auto now = page.until(1, has_calls(1));
  BOOST_TEST(page.taken["state"] == 1u);
  BOOST_TEST(page.taken["delta"] >= 1u);
  BOOST_TEST(now["0.name"] == "echo");
  BOOST_TEST(now["0.oldest_ms"] == "null");
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_is_seen_with_its_reason) {
  node_process node{puppets("echo")};
  auto pid = node.worker_pid("echo.0");
  dashboard_page page{node};
  page.watch(1, R"("ask":"worker","payload":{"name":"echo.0"},"without":["uptime_ms"])");
  page.until(1, [&](auto& w) { return w.number("pid") == pid; });
  page.watch(2, R"("ask":"events","payload":{"kinds":["worker_exited"]})");
  BOOST_TEST(page.next("events").count("events") == 0u);
  node.connect().call("echo", "die", R"({"exit_code":3})");
  auto ended = page.next("events");
  BOOST_TEST(ended.number("id") == 2);
  BOOST_TEST(ended["events.0.reason"] == "crash");
  auto now = page.until(1, [](auto& w) { return w["last_exit.reason"] == "crash"; });
  BOOST_TEST(now["last_exit.exit_code"] == "3");
  BOOST_TEST(now["uptime_ms"] == "");
}

BOOST_AUTO_TEST_CASE(a_page_hears_each_second_that_the_node_lives) {
  node_process node{puppets("echo")};
  dashboard_page page{node};
  page.watch(1, R"("ask":"followers")");
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(page.next("beat")["at"].ends_with("Z"));
}

BOOST_AUTO_TEST_CASE(two_tabs_and_one_that_is_hidden_have_what_is_theirs) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  dashboard_page one{node};
  dashboard_page two{node};
  one.watch(1, watch_pools);
  two.watch(5, watch_pools);
  one.until(1, has_calls(0));
  two.until(5, has_calls(0));
  two.say(R"({"kind":"pause"})");
  client.call("echo", "echo", "1");
  one.until(1, has_calls(1));
  client.call("echo", "echo", "1");
  one.until(1, has_calls(2));
  two.say(R"({"kind":"resume"})");
  two.until(5, has_calls(2));
  BOOST_TEST(two.taken["state"] == 1u);
}

BOOST_AUTO_TEST_CASE(the_history_of_all_pools_is_one_answer) {
  node_process node{puppets("echo") + puppets("other")};
  node.worker_pid("echo.0");
  node.worker_pid("other.0");
  dashboard_page page{node};
  // A minute: on a slow machine, more than a second passes between two looks.
  page.watch(1, R"("ask":"history","payload":{"step":"1s","last":60})");
  node.connect().call("echo", "die", R"({"exit_code":1})");
  page.until(1, [](auto& h) {
    auto rows = h.count("pools.echo.ends");
    for (size_t i = 0; i < rows; ++i)
      if (h.number("pools.echo.ends." + std::to_string(i)) == 1)
        return true;
    return false;
  });
  page.watch(2, R"("ask":"history","payload":{"step":"1s","last":2})");
  page.until(2, [](auto& h) { return h.count("pools.other.calls") == 2; });
  auto all = node.http().get("/api/history?step=1s&last=3").body;
  BOOST_TEST(all["step"] == "1s");
  BOOST_TEST(all.number("pools.echo.next") == all.number("next"));
  BOOST_TEST(all.count("pools.echo.calls") <= 3u);
  BOOST_TEST(node.http().get("/api/history?last=0").status == 400);
  BOOST_TEST(node.http().get("/api/history?step=1h").status == 400);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_watched_and_typed_into) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  auto http = node.http();
  dashboard_page page{node};
  page.watch(1, R"("ask":"snapshot","payload":{"name":"shell","format":"plain"})");
  page.say(R"({"kind":"input","id":7,"name":"shell","data":"echo a$((2+3))b\r"})");
  auto answered = page.next("input");
  BOOST_TEST(answered.number("id") == 7);
  BOOST_TEST(answered["error"] == "null");
  page.until(1, [](auto& s) { return s["screen"].find("a5b") != std::string::npos; });
  page.watch(2, R"("ask":"spawned")");
  page.until(2, [](auto& s) { return s["agents.0.driver"] == "null"; });
  http.post("/api/resize/shell", R"({"rows":30,"cols":90,"session_id":"me"})");
  page.until(2, [](auto& s) { return s["agents.0.driver"] == "me"; });
}

BOOST_AUTO_TEST_CASE(a_page_with_the_view_key_looks_and_changes_nothing) {
  node_process node{shell_pool, {.env = {{"TROUPE_VIEW_KEY", "look"}}}};
  node.worker_pid("shell.0");
  dashboard_page page{node, "look"};
  BOOST_TEST(page.hello["may"] == "view");
  page.watch(1, watch_pools);
  page.until(1, [](auto& pools) { return pools["0.name"] == "shell"; });
  page.say(R"({"kind":"input","id":7,"name":"shell","data":"exit\r"})");
  BOOST_TEST(page.next("input")["error.code"] == "forbidden");
  page.watch(2, R"("ask":"mode","payload":{"name":"shell","mode":"manual_flush"})");
  BOOST_TEST(page.next("error")["error.code"] == "bad_request");
  page.watch(3, R"("ask":"shutdown")");
  BOOST_TEST(page.next("error")["error.code"] == "bad_request");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_an_error_until_it_is_there) {
  node_process node{puppets("echo")};
  dashboard_page page{node};
  page.watch(1, R"("ask":"pool","payload":{"name":"later"})");
  auto wrong = page.next("error");
  BOOST_TEST(wrong.number("id") == 1);
  BOOST_TEST(wrong["error.code"] == "pool_not_found");
  BOOST_TEST(
      node.http().request("PUT", "/api/pools/later", R"({"behaviour":"echo"})").status
      == 200);
  page.until(1, [](auto& pool) { return pool["name"] == "later"; });
  BOOST_TEST(page.taken["error"] == 1u);
}

BOOST_AUTO_TEST_CASE(messages_that_are_wrong_are_answered_and_broken_frames_end_it) {
  node_process node{puppets("echo")};
  dashboard_page page{node};
  for (auto text : {"", "{", "[]", "{}", R"({"kind":"watch"})",
                    R"({"kind":"watch","id":1,"ask":"stop"})", "\"\""}) {
    page.say(text);
    BOOST_TEST(page.next("error")["error.code"] == "bad_request", text);
  }
  page.socket.send("bytes", 2);
  BOOST_TEST(page.next("error")["error.code"] == "bad_request");
  page.watch(1, watch_pools);
  page.next("state");
  page.socket.send("\xFF\xFE");
  while (page.socket.last_opcode != 8)
    page.socket.next();
  BOOST_TEST(node.http().get("/health").status == 200);
}

/// One that floods the node with messages and reads no answer is not read from.
BOOST_AUTO_TEST_CASE(one_that_floods_and_does_not_read_hinders_nobody) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto before = resident_kib(node.pid());
  dashboard_page flood{node};
  std::string junk;
  for (int i = 0; i < 2000; ++i) {
    auto text = R"({"kind":"watch","id":1,"ask":"pool","payload":{"name":"p)"
                + std::to_string(i) + "\"}}";
    for (auto& message : {text, std::string{R"({"kind":"unwatch","id":1})"},
                          std::string{"no message at all"}}) {
      junk += "\x81";
      junk += static_cast<char>(0x80 | message.size());
      junk += std::string(4, '\0') + message;
    }
  }
  BOOST_CHECK_THROW( // at last nobody takes it
      for (int i = 0; i < 1000; ++i) flood.socket.stream().send(junk, 1s),
      std::exception);
  dashboard_page page{node};
  page.watch(1, watch_pools);
  page.until(1, has_calls(0));
  node.connect().call("echo", "echo", "1");
  page.until(1, has_calls(1));
  if (!sanitized)
    BOOST_TEST(resident_kib(node.pid()) < before + 64 * 1024);
}

BOOST_AUTO_TEST_CASE(a_page_comes_back_to_a_node_that_was_killed) {
  auto pool = puppets("echo");
  temporary_folder state;
  std::optional<node_process> node;
  node.emplace(pool, node_options{.state_dir = state.path(), .may_die = true});
  node->worker_pid("echo.0");
  {
    dashboard_page page{*node};
    page.watch(1, watch_pools);
    page.next("state");
    node->kill();
    BOOST_CHECK_THROW(page.next("never"), std::exception);
  }
  node.reset();
  node.emplace(pool, node_options{.state_dir = state.path()});
  node->worker_pid("echo.0");
  dashboard_page page{*node};
  page.watch(1, watch_pools);
  page.until(1, has_calls(0));
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_says_so) {
  node_process node{puppets("echo")};
  dashboard_page page{node};
  page.watch(1, watch_pools);
  page.next("state");
  node.signal(SIGTERM);
  reply last;
  while (page.socket.last_opcode != 8)
    last = page.socket.next();
  BOOST_TEST((last.text.substr(0, 2) == std::string{"\x03\xE9", 2})); // going away
  BOOST_TEST(node.wait(10s).value_or(-1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
