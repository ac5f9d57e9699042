// Proves what becomes of calls when the network between nodes fails in silence: nothing
// is closed, nothing arrives. Runs where network namespaces can be made: as root, with
// `ip` and `nft`. Everything else of failures is shown without them.
#include "tests/program/harness/calls_in_flight.hpp"
#include "tests/program/harness/cluster_load.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <thread>

using namespace program;

namespace cluster_cut {

constexpr int64_t slack_ms = sanitized ? 5000 : 500;

/// Says so where everybody sees it if nothing can be cut here.
bool can_cut() {
  auto why = network_namespaces::why_not();
  if (why.empty())
    return true;
  std::cerr << "\n*** SKIPPED: silent cuts of the network are NOT tested here: " << why
            << " ***\n\n";
  BOOST_WARN_MESSAGE(false, "not tested: " << why);
  return false;
}

struct three_hosts {
  temporary_folder folder;
  std::string ledger = folder / "ledger";
  network_namespaces network{3};
  test_cluster nodes{{.pools =
                          [this](const std::string& node) {
                            return ledger_pool("work", ledger)
                                   + puppets("only-" + node, "window = 16", {"--cancel"});
                          },
                      .keys = [](auto&) { return "insecure = true\n"; },
                      .network = &network}};
  cluster_load load{nodes};

  three_hosts() {
    for (auto& name : nodes.names())
      nodes[name].worker_pid("work.0");
  }

  /// Calls end in results, or because a node was gone: while it is, what it alone runs is
  /// unavailable.
  load_tally check() {
    auto seen = load.finish();
    check_outcomes(seen, ledger);
    for (auto& [how, count] : seen.ends)
      BOOST_TEST((how == "result" || how == "node_down" || how == "unavailable"),
                 count << " × " << how);
    return seen;
  }
};

} // namespace cluster_cut

BOOST_AUTO_TEST_SUITE(cluster_cut)

BOOST_AUTO_TEST_CASE(a_node_that_is_cut_off_under_load_is_down_and_heals_by_itself) {
  if (!can_cut())
    return;
  three_hosts all;
  auto& nodes = all.nodes;
  for (auto from : {"alpha", "gamma"})
    all.load.add(from,
                 {.to = {"work", "work@beta", "only-alpha"}, .idempotent_percent = 20});
  all.load.add("beta", {.to = {"work"}}); // the other half goes on, too
  BOOST_REQUIRE(all.load.goes_on());
  calls_in_flight running{nodes, "only-beta", "beta"};
  all.network.cut(2);
  auto detected = running.await_node_down();
  auto seen_down = nodes.await_state("beta", "down");
  BOOST_TEST(eventually([&] {
    return nodes.state("beta", "alpha") == "down"
           && nodes.state("beta", "gamma") == "down";
  }));
  BOOST_TEST(nodes["beta"].connect().call("work@beta", "echo",
                                          R"({"n":"in the other half"})")["error"]
             == "null");
  BOOST_TEST(all.load.goes_on(300));
  all.network.heal(2);
  auto formed = nodes.await_formed();
  auto recovered = await_result(nodes["alpha"], "only-beta");
  BOOST_TEST(all.load.goes_on(300));
  all.check();
  BOOST_TEST_MESSAGE("silent cut: calls in flight ended after "
                     << detected << " ms, all saw it down " << seen_down
                     << " ms later; healed: formed after " << formed
                     << " ms, first result " << recovered << " ms later");
  BOOST_TEST(detected <= nodes.failure_timeout().count() + slack_ms);
  BOOST_TEST(formed < 7000 + slack_ms);
}

BOOST_AUTO_TEST_CASE(cuts_that_come_and_go_leave_one_outcome_for_each_call) {
  if (!can_cut())
    return;
  three_hosts all;
  for (auto from : {"alpha", "beta", "gamma"})
    all.load.add(from, {.to = {"work", "work@alpha", "work@gamma", "only-beta"},
                        .idempotent_percent = 50});
  BOOST_REQUIRE(all.load.goes_on());
  for (int round = 0; round < 6; ++round) {
    auto whom = 1 + round % 3;
    all.network.cut(whom);
    // From a cut that nobody notices to one that ends connections.
    std::this_thread::sleep_for((1 + round) * all.nodes.failure_timeout() / 4);
    all.network.heal(whom);
    BOOST_TEST(all.load.goes_on());
  }
  BOOST_TEST_MESSAGE("formed after " << all.nodes.await_formed() << " ms");
  auto seen = all.check();
  BOOST_TEST(seen.ends["result"] > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
