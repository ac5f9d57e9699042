// Proves that the process that cleans up after a node that was killed is looked after.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace guardian {

/// Returns the node's guardian; -1 if it has none just now.
pid_t guardian_of(const node_process& node) {
  for (auto pid : children(node.pid()))
    if (process_status(pid, "Name") == "troupe-guardian" && is_running(pid))
      return pid;
  return -1;
}

pid_t await_other(const node_process& node, pid_t first) {
  pid_t now = -1;
  BOOST_TEST(eventually([&] {
    now = guardian_of(node);
    return now > 0 && now != first;
  }));
  return now;
}

} // namespace guardian

BOOST_AUTO_TEST_SUITE(guardian)

BOOST_AUTO_TEST_CASE(a_guardian_that_is_killed_is_missed_and_replaced) {
  node_process node{puppets("w")};
  auto client = node.connect();
  auto family = static_cast<pid_t>(
      client.call("w", "grandchild", R"({"own_session":1})").number("payload.pid"));
  BOOST_REQUIRE(is_running(family));
  auto first = await_other(node, -1);
  ::kill(first, SIGKILL);
  auto second = await_other(node, first);
  BOOST_TEST(eventually([&] {
    return node.errors().find("guardian (pid " + std::to_string(first)
                              + ") was ended by SIGKILL")
           != std::string::npos;
  }));
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
  BOOST_TEST(client.call("w", "echo", "1")["payload"] == "1");
  node.kill();
  BOOST_TEST(eventually([&] { return !is_running(family) && !is_running(second); }));
}

BOOST_AUTO_TEST_CASE(a_stopped_guardian_holds_nobody_up) {
  node_process node{puppets("w")
                    + puppets("dies", "restart = { delay = \"1ms\", max_delay "
                                      "= \"1ms\", intensity = 1000000 }")};
  auto client = node.connect();
  auto guardian = await_other(node, -1);
  ::kill(guardian, SIGSTOP);
  for (int i = 0; i < 50; ++i) {
    BOOST_REQUIRE(client.call("dies", "die", R"({"signal":9})")["error.code"]
                  == "worker_died");
    BOOST_REQUIRE(client.call("w", "echo", "1")["payload"] == "1");
  }
  // And it does not hold the end up.
  client.close();
  BOOST_TEST((node.terminate() == 0));
  ::kill(guardian, SIGCONT);
  BOOST_TEST(eventually([&] { return !is_running(guardian); }));
}

BOOST_AUTO_TEST_SUITE_END()
