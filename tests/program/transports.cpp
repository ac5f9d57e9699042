// Proves that a worker that dials a socket of the node has the same life as one on pipes:
// calls, boot, stop, replacement and death.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace transports {

std::string dialling(const std::string& transport, const std::string& more = {}) {
  return "transport = \"" + transport + "\"\n" + more;
}

/// Returns the files of sockets that workers are to dial.
size_t sockets_in(const node_process& node) {
  std::error_code ec;
  size_t n = 0;
  for (auto& entry :
       std::filesystem::directory_iterator{node.state_dir() + "/workers", ec})
    n += entry.is_socket();
  return n;
}

const std::vector<std::string> every_transport = {"stdio", "unix", "tcp"};

} // namespace transports

BOOST_AUTO_TEST_SUITE(transports)

BOOST_DATA_TEST_CASE(many_calls_at_a_time_get_their_own_answers, every_transport) {
  node_process node{puppets("p", dialling(sample, "size = 2\nwindow = 8"))};
  auto client = node.connect();
  for (int i = 0; i < 500; ++i)
    client.send_call(std::to_string(i), "p", "echo", std::to_string(i));
  for (int i = 0; i < 500; ++i)
    BOOST_TEST(client.receive(std::to_string(i))["payload"] == std::to_string(i));
}

BOOST_DATA_TEST_CASE(megabytes_go_both_ways, every_transport) {
  node_process node{puppets("p", dialling(sample))};
  auto payload = '"' + std::string(5'000'000, 'm') + '"';
  auto client = node.connect();
  auto r = client.call("p", "echo", payload);
  BOOST_TEST((r.text.find(payload) != std::string::npos));
}

BOOST_DATA_TEST_CASE(a_killed_worker_fails_its_call_and_is_replaced, every_transport) {
  node_process node{puppets("p", dialling(sample))};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "p", "never");
  BOOST_REQUIRE(eventually([&] { return node.worker("p.0").number("in_flight") == 1; }));
  ::kill(pid, SIGKILL);
  auto r = client.receive("c");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r.number("error.signal") == SIGKILL);
  BOOST_TEST(client.call("p", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.worker_pid("p.0") != pid);
}

BOOST_DATA_TEST_CASE(a_worker_that_hangs_up_is_gone, every_transport) {
  node_process node{puppets("p", dialling(sample))};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  auto r = client.call("p", "hang_up");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(eventually([&] { return !is_running(pid); }));
  BOOST_TEST(client.call("p", "echo", "1")["payload"] == "1");
}

BOOST_DATA_TEST_CASE(a_stop_is_heard_and_a_deaf_worker_is_killed, every_transport) {
  node_process node{
      puppets("polite", dialling(sample))
      + puppets("deaf", dialling(sample, "stop_timeout = \"200ms\""), {"--stubborn"})};
  node.worker_pid("polite.0");
  auto deaf = node.worker_pid("deaf.0");
  BOOST_TEST(node.operation("stop", R"({"name":"polite"})")["stopped"] == "1");
  BOOST_TEST(node.operation("events", R"({"since":0})")
                 .text.find("\"exit_code\":0,\"expected\":true")
             != std::string::npos);
  BOOST_TEST(node.operation("stop", R"({"name":"deaf"})")["stopped"] == "1");
  BOOST_TEST(!is_running(deaf));
}

BOOST_DATA_TEST_CASE(recycling_fails_no_call, every_transport) {
  node_process node{puppets("p", dialling(sample, "recycle = { jobs = 20 }"))};
  auto client = node.connect();
  for (int i = 0; i < 200; ++i) {
    auto r = client.call("p", "echo", std::to_string(i));
    BOOST_TEST(r["payload"] == std::to_string(i), r);
  }
  BOOST_TEST(eventually([&] { return node.worker("p.0").number("replacements") > 0; }));
  // Old ones go, and no socket is left behind once those that start are ready.
  BOOST_TEST(eventually([&] { return children(node.pid()).size() <= 2; }));
  BOOST_TEST(eventually([&] { return sockets_in(node) == 0; }));
}

BOOST_AUTO_TEST_CASE(one_that_never_dials_in_is_a_boot_timeout_that_says_so) {
  for (auto transport : {"unix", "tcp"}) {
    node_process node{puppets("p", dialling(transport, "boot_timeout = \"150ms\""),
                              {"--no-dial", "--stubborn"})};
    auto r = node.connect().call("p", "echo");
    BOOST_TEST((r["error.code"] == "boot_timeout" || r["error.code"] == "unavailable"),
               r);
    BOOST_TEST(r.text.find("TROUPE_SOCKET") != std::string::npos, r);
  }
}

BOOST_AUTO_TEST_CASE(one_that_needs_no_handshake_is_ready_when_it_dialled_in) {
  node_process node{puppets("p", dialling("unix", "ready = \"spawn\""))};
  BOOST_TEST(node.connect().call("p", "echo", "5")["payload"] == "5");
}

BOOST_AUTO_TEST_CASE(kill_9_of_the_node_leaves_no_worker) {
  for (auto transport : {"unix", "tcp"}) {
    node_process node{puppets("p", dialling(transport, "size = 3"))};
    std::vector<pid_t> pids;
    for (auto name : {"p.0", "p.1", "p.2"})
      pids.push_back(node.worker_pid(name));
    node.kill();
    for (auto pid : pids)
      BOOST_TEST(eventually([&] { return !is_running(pid); }));
  }
}

BOOST_AUTO_TEST_CASE(no_descriptor_is_left_of_a_hundred_workers) {
  node_process node{puppets("p", dialling("unix"))};
  node.worker_pid("p.0");
  auto before = descriptors(node.pid()).size();
  for (int i = 0; i < 100; ++i)
    BOOST_REQUIRE(node.operation("restart", R"({"name":"p"})")["restarted"] == "1");
  BOOST_TEST(eventually([&] { return descriptors(node.pid()).size() <= before; }));
  BOOST_TEST(sockets_in(node) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
