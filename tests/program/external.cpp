// Proves that processes which the node did not start can be workers, for as long as they
// like.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace program;

namespace external {

/// A puppet that this test starts; it ends with its owner.
class outsider {
public:
  explicit outsider(const std::string& socket)
    : pid_(::fork()) {
    if (pid_ != 0)
      return;
    ::setenv("TROUPE_SOCKET", socket.c_str(), 1);
    ::execl(PUPPET_BINARY, PUPPET_BINARY, nullptr);
    ::_exit(127);
  }
  outsider(outsider&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)) {}
  ~outsider() { kill(); }

  void kill() {
    if (pid_ <= 0)
      return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

  /// Returns whether it ends by itself.
  bool ends() {
    auto ended = eventually([this] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; });
    if (ended)
      pid_ = -1;
    return ended;
  }

  pid_t pid() const { return pid_; }

private:
  pid_t pid_;
};

/// Whether somebody listens on the unix socket at `path`. That the file is there says
/// only that it has a name: who dials too early is refused.
bool is_listening(const std::string& path) {
  std::ifstream all{"/proc/net/unix"};
  for (std::string line; std::getline(all, line);)
    if (line.ends_with(' ' + path) && line.find(" 00010000 ") != std::string::npos)
      return true;
  return false;
}

struct external_node {
  explicit external_node(const std::string& keys = {})
    : node("[pool.x]\nexternal = true\n" + keys + "\n") {}

  std::string socket() const { return node.state_dir() + "/workers/x.sock"; }
  outsider come() const {
    BOOST_REQUIRE(eventually([&] { return is_listening(socket()); }));
    return outsider{socket()};
  }

  node_process node;
};

} // namespace external

BOOST_AUTO_TEST_SUITE(external)

BOOST_AUTO_TEST_CASE(a_process_that_dials_the_pool_is_its_worker) {
  external_node e;
  BOOST_TEST(e.node.http().get("/ready").status == 503);
  auto worker = e.come();
  BOOST_TEST(e.node.worker_pid("x.0") == worker.pid());
  BOOST_TEST(e.node.connect().call("x", "echo", "[1]")["payload"] == "[1]");
  BOOST_TEST(e.node.http().get("/ready").status == 200);
  struct stat info {};
  ::stat(e.socket().c_str(), &info);
  BOOST_TEST((info.st_mode & 0777) == 0600);
}

BOOST_AUTO_TEST_CASE(a_call_waits_for_a_worker_to_come) {
  external_node e;
  auto client = e.node.connect();
  client.send_call("c1", "x", "echo", "1");
  auto worker = e.come();
  BOOST_TEST(client.receive("c1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(one_that_hangs_up_ends_its_calls_and_another_takes_its_place) {
  external_node e{"quarantine = 0"};
  auto client = e.node.connect();
  for (int i = 0; i < 10; ++i) { // more than the breaker of another pool would bear
    auto worker = e.come();
    client.send_call("c", "x", "never");
    BOOST_REQUIRE(
        eventually([&] { return e.node.worker("x.0").number("in_flight") == 1; }));
    worker.kill();
    auto r = client.receive("c");
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r["error.disconnected"] == "true");
  }
  auto worker = e.come();
  BOOST_TEST(client.call("x", "echo", "2")["payload"] == "2");
}

BOOST_AUTO_TEST_CASE(no_more_come_in_than_the_pool_has_places) {
  external_node e{"size = 2"};
  auto a = e.come();
  auto b = e.come();
  BOOST_REQUIRE(eventually(
      [&] { return e.node.operation("pool", R"({"name":"x"})").number("slots") == 2; }));
  auto c = e.come();
  BOOST_TEST(is_running(c.pid()));
  a.kill();
  BOOST_TEST(eventually([&] { // the third has got the place
    auto w = e.node.operation("workers");
    return w.number("0.pid") == c.pid() || w.number("1.pid") == c.pid();
  }));
}

BOOST_AUTO_TEST_CASE(a_call_that_does_not_end_costs_the_worker_its_place) {
  external_node e{"abandoned = \"kill\""};
  auto stuck = e.come();
  auto client = e.node.connect();
  auto r = client.call("x", "never", "null", "\"timeout_ms\":100");
  BOOST_TEST(r["error.code"] == "timeout", r);
  auto fresh = e.come();
  BOOST_TEST(client.call("x", "echo", "3")["payload"] == "3");
}

BOOST_AUTO_TEST_CASE(a_restart_sends_workers_away_and_a_stopped_node_too) {
  external_node e;
  auto first = e.come();
  e.node.worker_pid("x.0");
  BOOST_TEST(e.node.operation("restart", R"({"name":"x"})").number("restarted") == 1);
  BOOST_TEST(first.ends());
  auto second = e.come();
  BOOST_TEST(e.node.worker_pid("x.0") == second.pid());
  BOOST_TEST((e.node.terminate() == 0));
  BOOST_TEST(second.ends());
  BOOST_TEST(!std::filesystem::exists(e.socket()));
}

BOOST_AUTO_TEST_SUITE_END()
