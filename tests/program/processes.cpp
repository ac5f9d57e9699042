// Proves that the node keeps its house in order: children start with nothing of the
// node's in their hands, and nothing is left of them when they, their pool or the node
// are gone.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <csignal>

using namespace program;

namespace processes {

/// Has a worker fork and returns the pid of its child.
pid_t make_grandchild(socket_client& client, const std::string& worker) {
  auto pid = static_cast<pid_t>(client.call(worker, "grandchild").number("payload.pid"));
  BOOST_REQUIRE(is_running(pid));
  return pid;
}

bool none_runs(const std::vector<pid_t>& pids) {
  for (auto pid : pids)
    if (is_running(pid))
      return false;
  return true;
}

const std::string restless =
    "restart = { delay = \"1ms\", max_delay = \"1ms\", intensity = "
    "1000000 }\n";

} // namespace processes

BOOST_AUTO_TEST_SUITE(processes)

BOOST_AUTO_TEST_CASE(a_child_starts_with_three_descriptors_and_nothing_blocked) {
  node_process node{puppets("echo", "size = 4"),
                    {.env = {{"TROUPE_API_KEY", "secret-key"}, {"UNLISTED", "x"}}}};
  auto client = node.connect(); // the node holds some more while the last ones start
  for (int i = 0; i < 4; ++i) {
    auto pid = node.worker_pid("echo." + std::to_string(i));
    BOOST_TEST(descriptors(pid) == (std::vector<int>{0, 1, 2}),
               boost::test_tools::per_element());
    BOOST_TEST(process_status(pid, "SigBlk") == "0000000000000000");
    // The C library keeps signals from 32 on for itself.
    auto ignored = std::stoull(process_status(pid, "SigIgn"), nullptr, 16);
    BOOST_TEST((ignored & 0x7FFF'FFFF) == 0u);
    BOOST_TEST(::getpgid(pid) == pid);
    auto env = read_file("/proc/" + std::to_string(pid) + "/environ");
    BOOST_TEST(env.find("secret-key") == std::string::npos);
    BOOST_TEST(env.find("UNLISTED") == std::string::npos);
    BOOST_TEST(env.find("PATH=") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_killed_node_takes_children_and_grandchildren_with_it) {
  node_process node{puppets("echo", "size = 3")};
  auto client = node.connect();
  std::vector<pid_t> family;
  for (int i = 0; i < 3; ++i) {
    auto name = "echo." + std::to_string(i);
    family.push_back(node.worker_pid(name));
    family.push_back(make_grandchild(client, name));
  }
  for (auto pid : children(node.pid())) // the guardian, too
    family.push_back(pid);
  node.kill();
  BOOST_TEST(eventually([&] { return none_runs(family); }, 1s));
}

BOOST_AUTO_TEST_CASE(a_stopped_node_leaves_no_orphan) {
  node_process node{puppets("echo", "size = 2\nstop_timeout = \"500ms\"")
                    + puppets("deaf", "stop_timeout = \"100ms\"", {"--stubborn"})};
  auto client = node.connect();
  std::vector<pid_t> family = {
      node.worker_pid("echo.0"), node.worker_pid("echo.1"), node.worker_pid("deaf.0"),
      make_grandchild(client, "echo.0"), make_grandchild(client, "deaf.0")};
  client.close();
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(eventually([&] { return none_runs(family); }, 1s));
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_takes_its_children_with_it) {
  node_process node{puppets("echo", restless)};
  auto client = node.connect();
  auto grandchild = make_grandchild(client, "echo");
  client.call("echo", "die", R"({"exit_code":0})");
  BOOST_TEST(eventually([&] { return !is_running(grandchild); }, 1s));
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(two_hundred_restarts_leave_no_descriptor_no_thread_and_no_zombie) {
  constexpr int deaths = 200;
  node_process node{puppets("echo", restless)};
  auto client = node.connect();
  auto settled = [&] {
    node.worker_pid("echo.0");
    return client.call("echo", "echo")["error"] == "null";
  };
  BOOST_REQUIRE(settled());
  auto descriptors_before = descriptors(node.pid());
  auto threads_before = threads(node.pid());
  for (int i = 0; i < deaths; ++i) {
    BOOST_REQUIRE_MESSAGE(client.call("echo", "echo")["error"] == "null", i);
    auto payload = "{\"signal\":9,\"number\":" + std::to_string(i) + "}";
    BOOST_REQUIRE(client.call("echo", "die", payload)["error.code"] == "worker_died");
  }
  BOOST_REQUIRE(settled());
  BOOST_TEST(node.worker("echo.0").number("restarts") == deaths);
  // The connection of the last look at the worker may not be gone yet.
  BOOST_TEST(eventually(
      [&] { return descriptors(node.pid()).size() == descriptors_before.size(); }));
  BOOST_TEST(threads(node.pid()) == threads_before);
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(
    a_worker_that_is_killed_while_idle_is_replaced_before_a_call_meets_it) {
  node_process node{puppets("echo")};
  auto before = node.worker_pid("echo.0");
  ::kill(before, SIGKILL);
  BOOST_REQUIRE(eventually([&] { return node.worker("echo.0")["restarts"] == "1"; }));
  BOOST_TEST(node.connect().call("echo", "echo", "1")["payload"] == "1");
  auto w = node.worker("echo.0");
  BOOST_TEST(w["last_exit.signal"] == "9", w);
}

BOOST_AUTO_TEST_SUITE_END()
