// Proves the promise of a cluster under everything at once: nodes are killed, stopped,
// drained and cut off while clients of all of them call every sort of call, take calls
// back and move to another node when theirs goes. Each call has one outcome, its own;
// none runs twice that must not. CLUSTER_CHAOS_SECONDS in the environment makes it as
// long as one likes (600 before a release); CHAOS_SEED repeats the torments of a run.
#include "tests/program/harness/cluster_load.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

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

/// What is rolled is printed, so that a run can be repeated.
unsigned seed() {
  auto text = std::getenv("CHAOS_SEED");
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
              : std::random_device{}();
}

/// What one kind of torment has brought, in milliseconds.
struct figures {
  int rounds = 0;
  /// After how long another node saw it, where it lasted so long.
  std::vector<int64_t> detected;
  /// After how long the cluster was whole again.
  std::vector<int64_t> formed;
};

std::string to_text(std::vector<int64_t> all) {
  if (all.empty())
    return "never";
  std::sort(all.begin(), all.end());
  return std::to_string(all[all.size() / 2]) + " ms (median), "
         + std::to_string(all.back()) + " ms (longest) of " + std::to_string(all.size());
}

/// Has one thing after the other happen to nodes. After each the cluster is whole again.
class tormentor {
public:
  tormentor(test_cluster& nodes, const network_namespaces* network, unsigned seed)
    : nodes_(nodes)
    , network_(network)
    , dice_(seed) {}

  /// Returns the kinds of torment that are possible here.
  std::vector<std::string> kinds() const {
    std::vector<std::string> all = {"killed", "stopped", "drained", "robbed of a worker",
                                    "asked to restart its pool"};
    if (network_)
      all.emplace_back("cut off");
    return all;
  }

  void one_round() {
    if (next_.empty()) { // each kind once, in any order, and so on
      next_ = kinds();
      std::shuffle(next_.begin(), next_.end(), dice_);
    }
    auto what = next_.back();
    next_.pop_back();
    auto number = 1 + roll(3);
    auto name = nodes_.names()[static_cast<size_t>(number) - 1];
    auto& f = seen[what];
    ++f.rounds;
    torment(what, name, number);
    f.formed.push_back(nodes_.await_formed(3 * patience));
    BOOST_TEST_MESSAGE(name << " was " << what << "; formed after " << f.formed.back()
                            << " ms");
  }

  /// By kind.
  std::map<std::string, figures> seen;

private:
  int roll(int sides) { return std::uniform_int_distribution{0, sides - 1}(dice_); }

  void torment(const std::string& what, const std::string& name, int number) {
    if (what == "killed") {
      nodes_.kill(name);
      pause(what, name);
      nodes_.start(name);
    } else if (what == "stopped") {
      nodes_[name].signal(SIGSTOP);
      pause(what, name);
      nodes_[name].signal(SIGCONT);
    } else if (what == "drained") {
      nodes_[name].signal(SIGTERM);
      BOOST_TEST(nodes_.has_ended(name), name << " did not end in order");
      if (!nodes_.runs(name))
        nodes_.start(name);
    } else if (what == "robbed of a worker") {
      rob(name);
    } else if (what == "cut off") {
      network_->cut(number);
      pause(what, name);
      network_->heal(number);
    } else {
      nodes_[name].connect().call("$node", "restart", R"({"name":"work"})",
                                  "\"timeout_ms\":15000");
    }
  }

  /// From shorter than anybody notices to longer than the failure timeout. Looks whether
  /// another node notices.
  void pause(const std::string& what, const std::string& name) {
    auto most = static_cast<int>(nodes_.failure_timeout().count()) * 3 / 2;
    auto start = clock::now();
    auto end = start + milliseconds{roll(most)};
    auto other = nodes_.names()[name == nodes_.names()[0] ? 1 : 0];
    while (clock::now() < end && nodes_.state(other, name) == "up")
      std::this_thread::sleep_for(2ms);
    if (clock::now() < end)
      seen[what].detected.push_back(elapsed_ms(start));
    std::this_thread::sleep_until(end);
  }

  void rob(const std::string& name) {
    auto r = nodes_[name].connect().call("$node", "worker", R"({"name":"work.0"})");
    if (auto pid = r.number("payload.pid"); pid > 0)
      ::kill(static_cast<pid_t>(pid), SIGKILL);
  }

  test_cluster& nodes_;
  const network_namespaces* network_;
  std::mt19937 dice_;
  std::vector<std::string> next_;
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
  auto chosen = seed();
  BOOST_TEST_MESSAGE("CHAOS_SEED=" << chosen);
  BOOST_TEST_CONTEXT("CHAOS_SEED=" << chosen) {
    tormentor t{nodes, network ? &*network : nullptr, chosen};
    auto end = clock::now() + duration();
    for (size_t i = 0; i < t.kinds().size() || clock::now() < end; ++i) {
      t.one_round();
      BOOST_TEST_REQUIRE(load.goes_on(50));
    }
    for (auto& kind : t.kinds())
      BOOST_TEST(t.seen[kind].rounds >= 1, "nothing was " << kind);
    for (auto& [kind, f] : t.seen)
      BOOST_TEST_MESSAGE(f.rounds << " × " << kind << ": seen after "
                                  << to_text(f.detected) << "; whole again after "
                                  << to_text(f.formed));
  }
  auto seen = load.finish();
  check_outcomes(seen, ledger);
  for (auto& [how, count] : seen.ends)
    BOOST_TEST(explained.count(how) == 1u, count << " × " << how);
  BOOST_TEST(seen.ends["result"] > 0u);
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
