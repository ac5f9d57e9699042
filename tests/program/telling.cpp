// Proves that an operator is told why a worker ended: in the log, by `logs`, by `call`
// and `reload`, in `ps` and in the API.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace telling {

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Runs a subcommand against the node.
std::pair<int, std::string> troupe(const node_process& node,
                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {TROUPE_BINARY, "--node", node.socket()});
  return run(arguments);
}

/// Waits until the log of the node has `part`.
bool logs(const node_process& node, const std::string& part) {
  return eventually([&] { return contains(node.errors(), part); });
}

const std::string quick = "restart = { delay = \"10ms\", intensity = 100 }\n";

} // namespace telling

BOOST_AUTO_TEST_SUITE(telling)

BOOST_AUTO_TEST_CASE(each_end_of_a_worker_is_one_line_with_its_reason) {
  node_process node{puppets("a", quick + "exec_timeout = \"200ms\"\n")};
  auto client = node.connect();
  client.call("a", "die", "{\"exit_code\":3,\"lines\":1}");
  BOOST_TEST(logs(node, "a.0 ended (crash): exited with code 3 (pid "));
  ::kill(node.worker_pid("a.0"), SIGKILL);
  BOOST_TEST(logs(node, "a.0 ended (signal): was ended by SIGKILL, not by the node"));
  node.worker_pid("a.0");
  client.call("a", "never");
  BOOST_TEST(logs(node, "a.0 ended (timeout): did not finish a call in time; the node "
                        "killed it (pid "));
  node.worker_pid("a.0");
  node.operation("restart", "{\"name\":\"a\"}");
  BOOST_TEST(logs(node, "a.0 ended (restart): exited with code 0 (pid "));
  BOOST_TEST(count(node.errors(), "a.0 ended (") == 4u, node.errors());
  auto w = node.worker("a.0");
  BOOST_TEST(w["last_exit.reason"] == "restart", w);
  BOOST_TEST(w.number("restarts") == 3, w);
  BOOST_TEST(w.number("replacements") == 1, w);
  BOOST_TEST(contains(troupe(node, {"ps"}).second, "restart "));
}

BOOST_AUTO_TEST_CASE(the_event_of_an_end_has_the_reason) {
  node_process node{puppets("a", quick)};
  node.connect().call("a", "die", "{\"exit_code\":3}");
  BOOST_TEST(eventually([&] {
    return contains(
        node.operation("events", R"({"since":0,"kinds":["worker_exited"]})").text,
        "\"reason\":\"crash\"");
  }));
}

BOOST_AUTO_TEST_CASE(a_start_that_fails_is_logged_at_once_and_says_what_came) {
  node_process node{puppets("silent", "boot_timeout = \"200ms\"\n", {"--no-ready"})
                    + pool_of("none", {"/no/such/program"})};
  BOOST_TEST(logs(node, "none.0 could not be started (spawn_failed): "));
  BOOST_TEST(logs(node, "silent.0 ended (timeout): was not ready within 200 ms: nothing "
                        "came on its stdout (does it flush what it prints, and "
                        "speak json-lines?)"));
}

BOOST_AUTO_TEST_CASE(the_last_lines_of_a_worker_are_shown_after_its_end) {
  node_process node{puppets("a", quick)};
  auto [status, shown] =
      troupe(node, {"call", "a", "die", "{\"exit_code\":1,\"lines\":2}"});
  BOOST_TEST(status == 1);
  BOOST_TEST(contains(shown, "worker_died: a.0 exited with code 1\n"), shown);
  BOOST_TEST(contains(shown, "\n    puppet: line 1\n"), shown);
  node.worker_pid("a.0"); // of the next
  auto kept = troupe(node, {"logs", "a.0"});
  BOOST_TEST(contains(kept.second, "puppet: line 0\npuppet: line 1\n-- "), kept.second);
  auto pool = troupe(node, {"logs", "a"});
  BOOST_TEST(contains(pool.second, "==> a.0 <==\npuppet: line 0\n"), pool.second);
  reply last{troupe(node, {"logs", "a.0", "-n", "1", "--json"}).second};
  BOOST_TEST(last.count("lines") == 1u, last);
  BOOST_TEST(last["lines.0"] == "puppet: line 1", last);
  BOOST_TEST(last["earlier"] == "1", last);
  reply of_pool{troupe(node, {"logs", "a", "-n", "1", "--json"}).second};
  BOOST_TEST(of_pool.count("workers.0.lines") == 1u, of_pool);
}

BOOST_AUTO_TEST_CASE(a_reload_that_fails_shows_the_last_lines_of_the_worker) {
  temporary_folder folder;
  auto marker = folder / "broken";
  node_process node{
      pool_of("a", {"/bin/sh", "-c",
                    "if [ -e " + marker + " ]; then echo no module >&2; exit 7; fi; exec "
                        + std::string{PUPPET_BINARY}})};
  node.worker_pid("a.0");
  run({"touch", marker});
  auto [status, shown] = troupe(node, {"reload", "a"});
  BOOST_TEST(status == 1);
  BOOST_TEST(contains(shown, "exited with code 7 before it was ready"), shown);
  BOOST_TEST(contains(shown, "    no module\n"), shown);
  auto all = troupe(node, {"reload", "--all"});
  BOOST_TEST(all.first == 1);
  BOOST_TEST(contains(all.second, "    no module\n"), all.second);
}

BOOST_AUTO_TEST_CASE(a_reload_of_all_replaces_workers_whose_configuration_is_the_same) {
  node_process node{puppets("a") + puppets("b")};
  auto before = node.worker_pid("a.0");
  auto plain = troupe(node, {"reload"});
  BOOST_TEST(plain.first == 0);
  BOOST_TEST(contains(plain.second, "no worker was replaced"), plain.second);
  BOOST_TEST(node.worker_pid("a.0") == before);
  auto all = troupe(node, {"reload", "--all"});
  BOOST_TEST(all.first == 0);
  for (auto pool : {"a", "b"})
    BOOST_TEST(contains(all.second, std::string{pool} + ": replaced 1 worker\n"),
               all.second);
  auto after = node.worker_pid("a.0");
  BOOST_TEST(after != before);
  auto restarted = troupe(node, {"restart", "--all"});
  BOOST_TEST(restarted.second == "all pools: restarted 2 workers\n");
  BOOST_TEST(node.worker_pid("a.0") != after);
}

BOOST_AUTO_TEST_SUITE_END()
