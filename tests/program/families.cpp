// Proves that what a worker has started ends with the worker, whatever groups and
// sessions it has made, and whichever way the worker ends; and that a worker can be ended
// wherever it hides.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include <unistd.h>

using namespace program;

namespace families {

/// The ways to get out of a worker's hands.
const std::vector<std::string> hideouts = {
    "null",
    R"({"own_group":1})",
    R"({"own_session":1})",
    R"({"own_session":1,"orphan":1})",
};

/// Has `worker` start one process for each of them, and returns these.
std::vector<pid_t> make_family(socket_client& client, const std::string& worker) {
  std::vector<pid_t> family;
  for (auto& where : hideouts) {
    auto pid = static_cast<pid_t>(
        client.call(worker, "grandchild", where).number("payload.pid"));
    BOOST_REQUIRE(is_running(pid));
    family.push_back(pid);
  }
  return family;
}

bool ends(const std::vector<pid_t>& family) {
  return eventually([&] {
    for (auto pid : family)
      if (is_running(pid))
        return false;
    return true;
  });
}

const std::string quick =
    "stop_timeout = \"100ms\"\nrestart = { delay = \"1ms\", max_delay = \"1ms\", "
    "intensity = 1000000 }\n";

/// A node with one worker, and the family of that.
struct parents {
  parents(const std::string& keys = quick)
    : node(puppets("w", keys))
    , client(node.connect())
    , family(make_family(client, "w")) {}

  node_process node;
  socket_client client;
  std::vector<pid_t> family;
};

pid_t started_by(socket_client& client, const std::string& worker,
                 const std::string& payload) {
  return static_cast<pid_t>(
      client.call(worker, "grandchild", payload).number("payload.pid"));
}

} // namespace families

BOOST_AUTO_TEST_SUITE(families)

BOOST_AUTO_TEST_CASE(the_family_of_a_worker_that_dies_ends_with_it) {
  parents p;
  ::kill(p.node.worker_pid("w.0"), SIGKILL);
  BOOST_TEST(ends(p.family));
  auto second = make_family(p.client, "w");
  p.client.call("w", "die", R"({"exit_code":0})");
  BOOST_TEST(ends(second));
  BOOST_TEST(eventually([&] { return zombies(p.node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(the_family_of_a_worker_that_is_replaced_ends_with_it) {
  parents p;
  BOOST_TEST(p.node.operation("restart", R"({"name":"w"})")["error"].empty());
  BOOST_TEST(ends(p.family));
}

BOOST_AUTO_TEST_CASE(the_family_of_a_worker_that_is_recycled_ends_with_it) {
  parents p{quick + "recycle = { jobs = 5, jitter = 0 }"};
  p.client.call("w", "echo");
  BOOST_TEST(ends(p.family));
}

BOOST_AUTO_TEST_CASE(the_family_of_a_worker_ends_with_its_pool) {
  parents p;
  auto client = p.node.http();
  BOOST_TEST(client.request("DELETE", "/api/pools/w").status == 200);
  BOOST_TEST(ends(p.family));
}

BOOST_AUTO_TEST_CASE(families_end_with_a_node_that_is_stopped) {
  parents p;
  auto bare = started_by(p.client, "w", R"({"own_session":1,"orphan":1,"bare":1})");
  BOOST_REQUIRE(is_running(bare));
  p.client.close();
  BOOST_TEST((p.node.terminate() == 0));
  // At once: nobody else would do it.
  for (auto pid : p.family)
    BOOST_TEST(!is_running(pid));
  BOOST_TEST(!is_running(bare)); // no mark, no group, no parent, but it descends from it
}

BOOST_AUTO_TEST_CASE(families_end_with_a_node_that_is_told_twice_to_stop) {
  parents p{"stop_timeout = \"60s\""};
  p.client.send_call("long", "w", "never");
  // A call that has not come in yet would be refused, and the node ended at once.
  BOOST_REQUIRE(
      eventually([&] { return p.node.worker("w.0").number("in_flight") == 1; }));
  p.node.signal(SIGTERM);
  BOOST_TEST(eventually([&] { return p.node.http().get("/ready").status != 200; }));
  p.node.signal(SIGTERM);
  BOOST_TEST(p.node.wait().value_or(-1) == 0, p.node.errors());
  BOOST_TEST(ends(p.family));
}

BOOST_AUTO_TEST_CASE(families_end_with_a_node_that_is_killed) {
  parents p;
  p.node.kill();
  BOOST_TEST(ends(p.family));
}

BOOST_AUTO_TEST_CASE(what_hides_its_origin_ends_when_no_worker_is_left_that_is_as_old) {
  node_process node{puppets("w", quick) + puppets("other", quick)};
  auto client = node.connect();
  node.worker_pid("other.0");
  auto bare = started_by(client, "w", R"({"own_session":1,"orphan":1,"bare":1})");
  auto marked = started_by(client, "w", R"({"own_session":1})");
  // The kernel counts ages in ticks: a worker of the same one could be its parent.
  std::this_thread::sleep_for(2000ms / ::sysconf(_SC_CLK_TCK));
  node.operation("restart", R"({"name":"w"})");
  BOOST_TEST(ends({marked}));
  BOOST_TEST(is_running(bare)); // it may be the other's
  node.operation("restart", R"({"name":"other"})");
  BOOST_TEST(ends({bare}));
}

BOOST_AUTO_TEST_CASE(the_family_of_a_worker_that_lives_is_left_alone) {
  node_process node{puppets("keeps", quick) + puppets("dies", quick)};
  auto client = node.connect();
  auto kept = make_family(client, "keeps");
  auto ended = make_family(client, "dies");
  ::kill(node.worker_pid("dies.0"), SIGKILL);
  BOOST_TEST(ends(ended));
  for (auto pid : kept)
    BOOST_TEST(is_running(pid));
}

BOOST_AUTO_TEST_CASE(a_worker_in_another_group_is_killed_and_replaced) {
  node_process node{puppets("w", quick + "exec_timeout = \"300ms\"")};
  auto client = node.connect();
  auto before = node.worker_pid("w.0");
  auto companion =
      static_cast<pid_t>(client.call("w", "move_group").number("payload.pid"));
  BOOST_TEST(::getpgid(companion) == companion);
  BOOST_TEST(client.call("w", "never")["error.code"] == "timeout");
  BOOST_TEST(ends({before, companion}));
  BOOST_TEST(client.call("w", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_node_stops_though_a_worker_is_in_another_group_and_stubborn) {
  node_process node{puppets("w", quick, {"--stubborn"})};
  auto client = node.connect();
  auto pid = node.worker_pid("w.0");
  auto companion =
      static_cast<pid_t>(client.call("w", "move_group").number("payload.pid"));
  client.close();
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(!is_running(pid));
  BOOST_TEST(!is_running(companion));
}

BOOST_AUTO_TEST_SUITE_END()
