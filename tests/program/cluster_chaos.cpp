// Proves the promise of a cluster under everything at once: nodes are killed, stopped,
// drained and cut off while clients of all of them call every sort of call, take calls
// back and move to another node when theirs goes. Each call has one outcome, its own;
// none runs twice that must not. CLUSTER_CHAOS_SECONDS in the environment makes it as
// long as one likes (600 before a release).
#include "tests/program/harness/cluster_load.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <random>
#include <set>

using namespace program;

namespace cluster_chaos {

std::chrono::seconds duration() {
  auto text = std::getenv("CLUSTER_CHAOS_SECONDS");
  return std::chrono::seconds{text ? std::atoi(text) : 20};
}

/// What may become of a call of a `load_plan` that is rude, in a cluster whose nodes come
/// and go. A node that has just started knows neither the others nor their pools.
const std::set<std::string> explained = {
    "result",    "worker_error",   "cancelled",     "worker_died",   "handshake_failed",
    "node_down", "timeout",        "queue_timeout", "shutting_down", "unavailable",
    "hung_up",   "pool_not_found", "not_found"};

/// Has one thing after the other happen to nodes. After each the cluster is whole again.
class tormentor {
public:
  tormentor(test_cluster& nodes, const network_namespaces* network)
    : nodes_(nodes)
    , network_(network) {}

  void one_round() {
    auto number = 1 + roll(3);
    auto name = nodes_.names()[static_cast<size_t>(number) - 1];
    std::string what;
    switch (roll(network_ ? 6 : 5)) {
      case 0:
        what = "killed";
        nodes_.kill(name);
        pause();
        nodes_.start(name);
        break;
      case 1:
        what = "stopped";
        nodes_[name].signal(SIGSTOP);
        pause();
        nodes_[name].signal(SIGCONT);
        break;
      case 2:
        what = "drained";
        nodes_[name].signal(SIGTERM);
        BOOST_TEST(nodes_.has_ended(name), name << " did not end in order");
        if (!nodes_.runs(name))
          nodes_.start(name);
        break;
      case 3:
        what = "robbed of a worker";
        rob(name);
        break;
      case 4:
        what = "asked to restart its pool";
        nodes_[name].connect().call("$node", "restart", R"({"name":"work"})",
                                    "\"timeout_ms\":15000");
        break;
      default:
        what = "cut off";
        network_->cut(number);
        pause();
        network_->heal(number);
    }
    auto formed = nodes_.await_formed(3 * patience);
    BOOST_TEST_MESSAGE(name << " was " << what << "; formed after " << formed << " ms");
    longest_ms = std::max(longest_ms, formed);
    ++rounds;
  }

  int64_t longest_ms = 0;
  int rounds = 0;

private:
  int roll(int sides) { return std::uniform_int_distribution{0, sides - 1}(dice_); }

  /// From shorter than anybody notices to longer than the failure timeout.
  void pause() {
    auto most = static_cast<int>(nodes_.failure_timeout().count()) * 3 / 2;
    std::this_thread::sleep_for(milliseconds{roll(most)});
  }

  void rob(const std::string& name) {
    auto r = nodes_[name].connect().call("$node", "worker", R"({"name":"work.0"})");
    if (auto pid = r.number("payload.pid"); pid > 0)
      ::kill(static_cast<pid_t>(pid), SIGKILL);
  }

  test_cluster& nodes_;
  const network_namespaces* network_;
  std::mt19937 dice_{std::random_device{}()};
};

} // namespace cluster_chaos

BOOST_AUTO_TEST_SUITE(cluster_chaos)

BOOST_AUTO_TEST_CASE(every_call_has_one_outcome_its_own_whatever_happens_to_nodes) {
  temporary_folder folder;
  auto ledger = folder / "ledger";
  std::optional<network_namespaces> network;
  if (auto why = network_namespaces::why_not(); why.empty())
    network.emplace(3);
  else
    BOOST_WARN_MESSAGE(false, "nodes are not cut off here: " << why);
  auto pools = [&](const std::string& node) {
    const std::string keys = "size = 2\nwindow = 8\nexec_timeout = \"20s\"\n"
                             "stop_timeout = \"500ms\"\n"
                             "restart = { intensity = 1000000, delay = \"1ms\","
                             " max_delay = \"10ms\" }\n";
    return ledger_pool("work", ledger, keys) + ledger_pool("only-" + node, ledger, keys);
  };
  test_cluster nodes{{.pools = pools,
                      .keys = [](auto&) { return "insecure = true\n"; },
                      .network = network ? &*network : nullptr}};
  cluster_load load{nodes};
  load_plan plan{.to = {"work", "work@alpha", "work@beta", "work@gamma", "only-alpha",
                        "only-beta", "only-gamma"},
                 .outstanding = 12,
                 .most_ms = 30,
                 .idempotent_percent = 30,
                 .is_rude = true,
                 .moves_on = true};
  for (auto& name : nodes.names())
    for (int i = 0; i < 2; ++i)
      load.add(name, plan);
  BOOST_REQUIRE(load.goes_on());
  tormentor t{nodes, network ? &*network : nullptr};
  for (auto end = clock::now() + duration(); clock::now() < end;) {
    t.one_round();
    BOOST_TEST_REQUIRE(load.goes_on(50));
  }
  auto seen = load.finish();
  check_outcomes(seen, ledger);
  for (auto& [how, count] : seen.ends)
    BOOST_TEST(explained.count(how) == 1u, count << " × " << how);
  BOOST_TEST(seen.ends["result"] > 0u);
  BOOST_TEST_MESSAGE(t.rounds << " rounds; the cluster was whole again after at most "
                              << t.longest_ms << " ms");
  for (auto& name : nodes.names()) {
    auto pool = [&] { return nodes[name].operation("pool", R"({"name":"work"})"); };
    BOOST_TEST(eventually([&] {
                 auto r = pool();
                 return r["in_flight"] == "0" && r["waiting"] == "0";
               }),
               name << " holds calls of nobody: " << pool());
    BOOST_TEST(eventually([&] { return zombies(nodes[name].pid()).empty(); }));
  }
}

BOOST_AUTO_TEST_SUITE_END()
