// Proves that pools change, come and go in a running node, and that what is wrong changes
// nothing.
#include "tests/program/harness/editable_node.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <csignal>

using namespace program;

BOOST_AUTO_TEST_SUITE(reconfiguring)

BOOST_AUTO_TEST_CASE(sighup_adds_changes_and_removes_pools_and_touches_no_other) {
  editable_node e{puppets("same") + puppets("old") + puppets("grows")};
  auto same = e.node.worker_pid("same.0");
  auto grows = e.node.worker_pid("grows.0");
  e.write(puppets("same") + puppets("fresh") + puppets("grows", "size = 2"));
  e.node.signal(SIGHUP);
  BOOST_TEST(e.log_says("reloaded:"));
  auto client = e.node.connect();
  BOOST_TEST(client.call("fresh", "echo", "1")["payload"] == "1");
  BOOST_TEST(client.call("old", "echo")["error.code"] == "pool_not_found");
  e.node.worker_pid("grows.1");
  BOOST_TEST(e.node.worker_pid("same.0") == same);
  BOOST_TEST(e.node.worker_pid("grows.0")
             == grows); // its size is no business of its workers
}

BOOST_AUTO_TEST_CASE(a_reload_tells_which_tables_wait_for_a_restart) {
  editable_node e{puppets("a")};
  BOOST_TEST(e.ask("reload").count("payload.wait_for_restart") == 0);
  e.write(puppets("a") + "[metrics]\nkinds = 7\n[session]\nversion = \"9\"\n");
  for (std::string payload : {"null", R"({"name":"a"})"}) {
    auto r = e.ask("reload", payload);
    BOOST_TEST(r["payload.wait_for_restart.0"] == "session", r);
    BOOST_TEST(r["payload.wait_for_restart.1"] == "metrics", r);
    BOOST_TEST(r.count("payload.wait_for_restart") == 2);
  }
  BOOST_TEST(
      e.log_says("what changed in [session], [metrics] waits for a restart of the node"));
}

BOOST_AUTO_TEST_CASE(a_file_with_a_mistake_changes_nothing_and_says_where_it_is) {
  editable_node e{puppets("a")};
  auto pid = e.node.worker_pid("a.0");
  e.write(puppets("a", "size = 2\nwindov = 3"));
  auto r = e.ask("reload");
  BOOST_TEST(r["error.code"] == "bad_request", r);
  BOOST_TEST(r["error.message"].find("pool.a.windov") != std::string::npos);
  BOOST_TEST(r["error.message"].find("nothing is changed") != std::string::npos);
  BOOST_TEST(e.node.operation("pool", "{\"name\":\"a\"}").number("size") == 1);
  BOOST_TEST(e.node.worker_pid("a.0") == pid);
}

BOOST_AUTO_TEST_CASE(a_file_without_pools_is_refused_unless_it_says_that_it_is_meant) {
  editable_node e{puppets("a")};
  auto pid = e.node.worker_pid("a.0");
  std::ofstream{e.file()}; // as one that is just being written
  e.node.signal(SIGHUP);
  BOOST_TEST(e.log_says("not reloaded, nothing is changed"));
  auto r = e.ask("reload");
  BOOST_TEST(r["error.code"] == "bad_request", r);
  BOOST_TEST(r["error.message"].find("allow_no_pools") != std::string::npos, r);
  BOOST_TEST(e.ask("reload", "{\"name\":\"a\"}")["error.code"] == "bad_request");
  BOOST_TEST(e.node.worker_pid("a.0") == pid);
  std::ofstream{e.file()} << "[node]\nname = \"alpha\"\nallow_no_pools = true\n";
  BOOST_TEST(e.ask("reload")["payload.removed.0"] == "a");
  BOOST_TEST(e.ask("reload")["error"] == "null"); // nothing is left that could be lost
}

BOOST_AUTO_TEST_CASE(a_refused_file_does_not_change_the_level_of_the_log) {
  editable_node e{puppets("a")};
  std::ofstream{e.file()} << "[node]\nlog = { level = \"error\" }\n";
  BOOST_TEST(e.ask("reload")["error.code"] == "bad_request");
  e.write(puppets("a") + puppets("b"));
  e.node.signal(SIGHUP);
  BOOST_TEST(e.log_says("reloaded:")); // which is of level info
}

BOOST_AUTO_TEST_CASE(a_configuration_that_is_a_pipe_is_not_read_again_nor_waited_for) {
  editable_node e{puppets("a")};
  auto pid = e.node.worker_pid("a.0");
  std::filesystem::remove(e.file());
  BOOST_REQUIRE(::mkfifo(e.file().c_str(), 0600) == 0);
  auto r = e.ask("reload");
  BOOST_TEST(r["error.code"] == "bad_request", r);
  BOOST_TEST(r["error.message"].find("no regular file") != std::string::npos, r);
  BOOST_TEST(e.node.worker_pid("a.0") == pid);
}

BOOST_AUTO_TEST_CASE(a_pool_that_the_file_no_longer_has_is_not_reloaded_alone) {
  editable_node e{puppets("a") + puppets("b")};
  auto pid = e.node.worker_pid("a.0");
  e.write(puppets("b"));
  BOOST_TEST(e.ask("reload", "{\"name\":\"a\"}")["error.code"] == "conflict");
  BOOST_TEST(e.node.worker_pid("a.0") == pid);
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_start_leaves_the_old_workers_at_work) {
  editable_node e{puppets("a", "size = 2")};
  auto first = e.node.worker_pid("a.0");
  auto second = e.node.worker_pid("a.1");
  e.write(pool_of("a", {"sh", "-c", "echo no such luck >&2; exit 7"}, "size = 2"));
  auto r = e.ask("reload");
  BOOST_TEST(r["error.code"] == "handshake_failed", r);
  BOOST_TEST(r["error.failed.a.message"].find("7") != std::string::npos, r);
  BOOST_TEST(e.node.worker_pid("a.0") == first);
  BOOST_TEST(e.node.worker_pid("a.1") == second);
  // One that dies now comes back as it was, not as it was to be.
  ::kill(second, SIGKILL);
  BOOST_TEST(eventually([&] {
    auto w = e.node.worker("a.1");
    return w["state"] == "ready" && w.number("pid") != second;
  }));
  BOOST_TEST(e.node.connect().call("a.1", "echo", "3")["payload"] == "3");
}

BOOST_AUTO_TEST_CASE(
    the_answer_of_a_failed_reload_of_one_pool_has_the_end_of_its_stderr) {
  editable_node e{puppets("a")};
  e.node.worker_pid("a.0");
  e.write(pool_of("a", {"sh", "-c", "echo no such luck >&2; exit 7"}));
  auto r = e.ask("reload", "{\"name\":\"a\"}");
  BOOST_TEST(r["error.stderr"].find("no such luck") != std::string::npos, r);
}

BOOST_AUTO_TEST_CASE(
    a_reload_of_one_pool_replaces_its_workers_though_the_file_is_the_same) {
  editable_node e{puppets("a", "size = 2") + puppets("b")};
  auto before = e.node.worker_pid("a.0");
  auto other = e.node.worker_pid("b.0");
  e.node.worker_pid("a.1");
  BOOST_TEST(e.ask("reload", "{\"name\":\"a\"}").number("payload.replaced") == 2);
  BOOST_TEST(e.node.worker_pid("a.0") != before);
  BOOST_TEST(e.node.worker_pid("b.0") == other);
}

BOOST_AUTO_TEST_CASE(a_pool_that_keeps_crashing_is_mended_by_a_reload) {
  editable_node e{
      pool_of("a", {"false"}, "restart = { intensity = 1, max_delay = \"1m\" }")};
  auto client = e.node.connect();
  BOOST_REQUIRE(eventually(
      [&] { return client.call("a", "echo")["error.code"] == "unavailable"; }));
  e.write(puppets("a"));
  BOOST_TEST(e.ask("reload")["error"] == "null");
  BOOST_TEST(client.call("a", "echo", "4")["payload"] == "4");
}

BOOST_AUTO_TEST_CASE(http_makes_changes_and_removes_a_pool) {
  node_process node{puppets("a")};
  auto http = node.http();
  auto r = http.request("PUT", "/api/pools/b", "{\"command\":[\"" PUPPET_BINARY "\"]}");
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r["created"] == "true");
  BOOST_TEST(http.post("/api/call/b/echo", "1")["payload"] == "1");
  auto pid = node.worker_pid("b.0");
  r = http.request("PUT", "/api/pools/b",
                   "{\"command\":[\"" PUPPET_BINARY "\"],\"window\":3}");
  BOOST_TEST(r["replaced"] == "1", r.body);
  BOOST_TEST(node.worker_pid("b.0") != pid);
  BOOST_TEST(node.worker("b.0").number("window") == 3);
  BOOST_TEST(http.request("DELETE", "/api/pools/b")["removed"] == "true");
  BOOST_TEST(http.post("/api/call/b/echo", "1").status == 404);
  BOOST_TEST(http.request("DELETE", "/api/pools/b").status == 404);
}

BOOST_AUTO_TEST_CASE(a_pool_made_by_request_with_mistakes_names_all_of_them) {
  node_process node{puppets("a")};
  auto r =
      node.http().request("PUT", "/api/pools/b", "{\"command\":[\"x\",5],\"siez\":1}");
  BOOST_TEST(r.status == 400);
  BOOST_TEST(r["message"].find("pool.b.command") != std::string::npos, r.body);
  BOOST_TEST(r["message"].find("pool.b.siez") != std::string::npos, r.body);
  BOOST_TEST(node.http().request("PUT", "/api/pools/b", "[1]").status == 400);
  BOOST_TEST(node.http().request("PUT", "/api/pools/-", "{\"command\":[\"x\"]}").status
             == 400);
  BOOST_TEST(node.http().post("/api/call/b/echo").status == 404);
}

BOOST_AUTO_TEST_CASE(removing_a_pool_lets_the_calls_in_it_end) {
  node_process node{puppets("a")};
  auto client = node.connect();
  auto pid = node.worker_pid("a.0");
  client.send_call("c1", "a", "sleep", "{\"ms\":200}");
  BOOST_REQUIRE(eventually([&] { return node.worker("a.0").number("in_flight") == 1; }));
  BOOST_TEST(node.operation("remove", "{\"name\":\"a\"}")["removed"] == "true");
  BOOST_TEST(client.receive("c1")["error"] == "null");
  BOOST_TEST(!is_running(pid));
  BOOST_TEST(node.operation("pools").text == "[]");
}

BOOST_AUTO_TEST_CASE(a_pool_is_scaled_up_and_down_without_touching_those_that_stay) {
  node_process node{puppets("a", "size = 2")};
  auto first = node.worker_pid("a.0");
  auto second = node.worker_pid("a.1");
  node.operation("scale", R"({"name":"a","size":4})");
  node.worker_pid("a.3");
  node.operation("scale", R"({"name":"a","size":1})");
  BOOST_TEST(eventually([&] { return !is_running(second); }));
  BOOST_TEST(node.worker_pid("a.0") == first);
  BOOST_TEST(eventually([&] { return node.operation("workers").count("") == 1u; }));
  BOOST_TEST(node.connect().call("a.1", "echo")["error.code"] == "worker_not_found");
  BOOST_TEST(node.http().post("/api/pools/a/scale", "{\"size\":0}").status == 400);
  BOOST_TEST(node.http().post("/api/pools/a/scale", "{}").status == 400);
}

BOOST_AUTO_TEST_CASE(no_change_in_the_middle_of_a_rolling_reload_is_lost) {
  editable_node e{puppets("a", "size = 2")};
  e.node.worker_pid("a.0");
  e.node.worker_pid("a.1");
  e.write(e.gated("a", "size = 2\nqueue_limit = 7"));
  auto client = e.node.connect();
  client.send_call("roll", "$node", "reload", R"({"name":"a"})");
  BOOST_REQUIRE(e.waits_at_gate("a.0"));
  auto scale = R"({"name":"a","size":3})";
  BOOST_TEST(e.ask("scale", scale)["error.code"] == "conflict");
  e.write(puppets("a", "size = 2")); // as the pool still runs, but not for long
  auto r = e.ask("reload");
  BOOST_TEST(r["error.failed.a.code"] == "conflict", r);
  e.open_gate("a.0");
  BOOST_REQUIRE(e.waits_at_gate("a.1"));
  BOOST_TEST(e.ask("scale", scale)["error"] == "null");
  BOOST_TEST(e.has_queue_limit("7"));
  e.write(e.gated("a", "size = 2\nqueue_limit = 3"));
  BOOST_TEST(e.ask("reload")["payload.changed.0"] == "a");
  e.open_gate("a.1");
  BOOST_TEST(client.receive("roll")["payload.replaced"] == "2");
  BOOST_TEST(e.ask("reload")["payload.unchanged.0"] == "a");
  BOOST_TEST(e.has_queue_limit("3"));
  e.write(e.gated("a", "size = 2\nqueue_limit = 7"));
  BOOST_TEST(e.ask("reload")["payload.changed.0"] == "a");
  BOOST_TEST(e.has_queue_limit("7"));
}

BOOST_AUTO_TEST_CASE(a_reload_that_ended_after_some_workers_is_finished_by_the_next) {
  editable_node e{puppets("a", "size = 2")};
  e.node.worker_pid("a.0");
  auto old = e.node.worker_pid("a.1");
  auto script =
      "[ $0 = a.0 -o -e " + e.folder / "mended ] || exit 7; exec " PUPPET_BINARY;
  e.write(pool_of("a", {"sh", "-c", script, "{worker}"}, "size = 2"));
  auto r = e.ask("reload");
  BOOST_TEST(r["error.message"].find("a has changed only in part") != std::string::npos,
             r);
  BOOST_TEST(e.node.worker_pid("a.1") == old);
  write_file(e.folder / "mended", "");
  BOOST_TEST(e.ask("reload").number("payload.replaced.a") == 2);
  BOOST_TEST(e.node.worker_pid("a.1") != old);
  BOOST_TEST(e.ask("reload")["payload.unchanged.0"] == "a");
}

BOOST_AUTO_TEST_SUITE_END()
