// Proves that a worker that cannot start says why: each way to fail has its own code, and
// the calls that waited for it end with that code instead of hanging.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace starting {

/// Restarts come so rarely that the pool is not yet given up when a test looks.
const std::string slow_restarts = "restart = { delay = \"30s\", max_delay = \"60s\" }\n";

/// Returns the error of a call made while the pool's only worker is about to fail to
/// start.
reply error_at_start(const std::string& pools) {
  node_process node{pools};
  auto client = node.connect();
  // Its worker may have failed before the call came. Asking for a restart makes one more
  // start, and the call that is sent with it waits for that.
  client.send_call("again", "$node", "restart", R"({"name":"broken"})");
  client.send_call("call", "broken", "echo");
  return {client.receive("call")["error"]};
}

} // namespace starting

BOOST_AUTO_TEST_SUITE(starting)

BOOST_AUTO_TEST_CASE(a_worker_that_never_says_ready_is_a_boot_timeout) {
  auto e = error_at_start(
      puppets("broken", "boot_timeout = \"300ms\"\n" + slow_restarts, {"--no-ready"}));
  BOOST_TEST(e["code"] == "boot_timeout", e);
  BOOST_TEST(e["message"].find("300") != std::string::npos, e);
  BOOST_TEST(e["worker"] == "broken.0");
}

BOOST_AUTO_TEST_CASE(another_version_of_the_protocol_is_refused_naming_both) {
  auto e = error_at_start(puppets("broken", slow_restarts, {"--protocol", "7"}));
  BOOST_TEST(e["code"] == "version_mismatch", e);
  BOOST_TEST(e["message"].find('7') != std::string::npos, e);
  BOOST_TEST(e["message"].find('1') != std::string::npos, e);
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_exist_is_a_spawn_failure_naming_it) {
  auto e = error_at_start(pool_of("broken", {"/no/such/program"}, slow_restarts));
  BOOST_TEST(e["code"] == "spawn_failed", e);
  BOOST_TEST(e["message"].find("/no/such/program") != std::string::npos, e);
}

BOOST_AUTO_TEST_CASE(a_folder_that_does_not_exist_is_a_spawn_failure_naming_it) {
  auto e =
      error_at_start(puppets("broken", "cwd = \"/no/such/folder\"\n" + slow_restarts));
  BOOST_TEST(e["code"] == "spawn_failed", e);
  BOOST_TEST(e["message"].find("/no/such/folder") != std::string::npos, e);
}

BOOST_AUTO_TEST_CASE(a_death_before_ready_is_a_failed_handshake_with_its_last_words) {
  auto e = error_at_start(puppets("broken", slow_restarts, {"--exit-at-start", "9"}));
  BOOST_TEST(e["code"] == "handshake_failed", e);
  BOOST_TEST(e["exit_code"] == "9");
  BOOST_TEST(e["stderr.0"] == "puppet: line 0");
}

BOOST_AUTO_TEST_CASE(a_worker_that_never_says_ready_is_ended_and_reaped) {
  node_process node{
      puppets("broken", "boot_timeout = \"200ms\"\n" + slow_restarts, {"--no-ready"})};
  // The guardian stays; the worker comes and goes.
  BOOST_TEST(eventually([&] { return children(node.pid()).size() == 2; }));
  BOOST_TEST(eventually([&] { return children(node.pid()).size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_worker_may_announce_a_smaller_window_than_the_pools) {
  node_process node{puppets("narrow", "window = 8", {"--ready-window", "2"})
                    + puppets("wide", "window = 2", {"--ready-window", "8"})};
  node.worker_pid("narrow.0");
  node.worker_pid("wide.0");
  BOOST_TEST(node.worker("narrow.0")["window"] == "2");
  BOOST_TEST(node.worker("wide.0")["window"] == "2");
}

BOOST_AUTO_TEST_CASE(placeholders_of_the_command_are_filled_in) {
  node_process node{pool_of(
      "named", {"sh", "-c", "echo {worker} {pool} {state_dir} {other} >&2; exec cat"},
      "ready = \"spawn\"")};
  BOOST_TEST(eventually([&] {
    auto log = node.operation("log", R"({"name":"named.0"})");
    return log["lines.0"] == "named.0 named " + node.state_dir() + " {other}";
  }));
}

BOOST_AUTO_TEST_SUITE_END()
