// Proves that nodes of adjacent versions work together, that others refuse each other,
// and that a cluster is upgraded to the next version without a call that fails.
#include "tests/program/harness/rolling_restart.hpp"
#include "tests/program/harness/websocket.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace cluster_versions {

/// What runs a node that is so many versions ahead of this one.
std::vector<std::string> ahead(int steps) {
  if (steps == 0)
    return {};
  return {NEXT_VERSION_NODE_BINARY, std::to_string(steps)};
}

std::string pools(const std::string& node) {
  return puppets("work", "window = 1", {"--cancel"})
         + puppets("only-" + node, "window = 4", {"--cancel"}) + willing("parts-" + node);
}

/// Two nodes of this version, and gamma of the next.
struct mixed_cluster : test_cluster {
  mixed_cluster()
    : test_cluster({.pools = pools, .program = [](const std::string& node) {
                      return ahead(node == "gamma" ? 1 : 0);
                    }}) {}

  /// Waits until a worker of a node has `n` calls in it.
  bool holds(const std::string& node, const std::string& worker, int n) const {
    return eventually(
        [&] { return (*this)[node].worker(worker).number("in_flight") == n; });
  }
};

/// Nodes that begin as of this version.
struct upgraded_cluster {
  temporary_folder folder;
  std::string ledger = folder / "ledger";
  /// How many versions a node is ahead when it is started next.
  std::map<std::string, int> steps;
  test_cluster nodes{
      {.pools =
           [this](const std::string& node) {
             return ledger_pool("work", ledger, "size = 1\nwindow = 8")
                    + puppets("only-" + node);
           },
       .program = [this](const std::string& node) { return ahead(steps[node]); }}};

  upgraded_cluster() {
    for (auto& name : nodes.names())
      nodes[name].worker_pid("work.0");
  }

  /// Checks that every call had a result, its own.
  void check_all_good(load_tally seen) const {
    check_outcomes(seen, ledger);
    BOOST_TEST(seen.ends["result"] == seen.sent, seen.first_complaint);
  }
};

struct way {
  std::string from, to;
};

/// From this version to the next, and back.
const way ways[] = {{"alpha", "gamma"}, {"gamma", "beta"}};

} // namespace cluster_versions

BOOST_FIXTURE_TEST_SUITE(cluster_versions, mixed_cluster)

BOOST_AUTO_TEST_CASE(all_see_all_as_up) {
  for (auto& at : names()) {
    auto seen = (*this)[at].operation("nodes");
    BOOST_TEST(seen.count("") == names().size(), seen);
    for (auto& of : names())
      BOOST_TEST(state(at, of) == "up", seen);
  }
}

BOOST_AUTO_TEST_CASE(results_and_errors_cross_both_ways) {
  for (auto& [from, to] : ways) {
    auto client = (*this)[from].connect();
    auto pool = "only-" + to;
    for (int i = 0; i < 100; ++i) {
      auto payload = "{\"n\":" + std::to_string(i) + "}";
      auto r = client.call(pool, "echo", payload);
      BOOST_TEST_REQUIRE(r["payload"] == payload, r);
      BOOST_TEST_REQUIRE(r["worker"] == pool + ".0@" + to, r);
    }
    BOOST_TEST(client.call("work@" + to, "echo", "1")["worker"] == "work.0@" + to);
    BOOST_TEST(client.call("$node@" + to, "health")["payload.name"] == to);
    auto r = client.call(pool, "error", R"({"code":"e","message":"m"})");
    BOOST_TEST(r["error.code"] == "worker_error", r);
    BOOST_TEST(r["error.worker_code"] == "e", r);
    r = client.call(pool, "die", R"({"exit_code":3,"lines":2})");
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r["error.stderr.1"] == "puppet: line 1", r);
  }
}

BOOST_AUTO_TEST_CASE(streams_cross_both_ways) {
  constexpr int parts = 6000; // more than is on its way at once
  for (auto& [from, to] : ways) {
    auto client = (*this)[from].connect();
    client.send_call("s", "parts-" + to, "count",
                     "{\"padding\":1000,\"to\":" + std::to_string(parts) + "}",
                     "\"stream\":true");
    for (int i = 0; i < parts; ++i)
      BOOST_TEST_REQUIRE(client.receive().number("payload.i") == i);
    BOOST_TEST(client.receive()["worker"] == "parts-" + to + ".0@" + to);
  }
}

BOOST_AUTO_TEST_CASE(cancels_cross_both_ways) {
  for (auto& [from, to] : ways) {
    auto pool = "only-" + to;
    auto client = (*this)[from].connect();
    client.send_call("c", pool, "never");
    BOOST_REQUIRE(holds(to, pool + ".0", 1));
    client.send_line(R"({"kind":"cancel","request_id":"c"})");
    BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
    BOOST_TEST(eventually(
        [&] { return client.call(pool, "stats").number("payload.cancelled") == 1; }));
    BOOST_TEST(holds(to, pool + ".0", 0));
  }
}

BOOST_AUTO_TEST_CASE(calls_that_have_no_room_cross_both_ways) {
  for (auto& [from, to] : ways) {
    auto client = (*this)[from].connect();
    for (auto& node : names()) {
      (*this)[node].worker_pid("work.0");
      if (node != to)
        client.send_call(node, "work@" + node, "never");
    }
    for (auto& node : names())
      BOOST_REQUIRE(holds(node, "work.0", node == to ? 0 : 1));
    auto r = client.call("work", "echo", "1");
    BOOST_TEST(r["worker"] == "work.0@" + to, r);
    client.close();
    for (auto& node : names())
      BOOST_REQUIRE(holds(node, "work.0", 0));
  }
}

BOOST_FIXTURE_TEST_CASE(two_versions_apart_refuse_each_other_and_the_others_go_on,
                        upgraded_cluster) {
  websocket events{nodes["alpha"], "/ws"};
  cluster_load load{nodes};
  for (auto from : {"alpha", "beta"})
    load.add(from, {.to = {"work"}, .outstanding = 16, .most_ms = 20});
  BOOST_REQUIRE(load.goes_on());
  steps["delta"] = 2;
  nodes.start("delta");
  auto told = events.next_of("node_refused");
  BOOST_TEST(told["reason"] == "version_mismatch", told);
  BOOST_TEST(told["node"] == "delta", told);
  auto& delta = nodes["delta"];
  told = websocket{delta, "/ws?since=0"}.next_of("node_refused");
  BOOST_TEST(told["reason"] == "version_mismatch", told);
  BOOST_TEST(eventually(
      [&] { return delta.errors().find("version_mismatch") != std::string::npos; }));
  for (auto other : {"alpha", "beta", "gamma"}) {
    BOOST_TEST(nodes.state(other, "delta") != "up");
    BOOST_TEST(nodes.state("delta", other) != "up");
    BOOST_TEST(nodes.state(other, "alpha") == "up");
  }
  BOOST_TEST(delta.connect().call("only-alpha", "echo")["error.code"]
             == "pool_not_found");
  BOOST_TEST(load.goes_on());
  check_all_good(load.finish());
}

BOOST_FIXTURE_TEST_CASE(a_cluster_is_upgraded_node_by_node_without_a_failed_call,
                        upgraded_cluster) {
  check_all_good(restart_node_by_node(nodes,
                                      {.to = {"work"}, .outstanding = 12, .most_ms = 20},
                                      [&](const std::string& node) { steps[node] = 1; }));
  // Now the version after the next is adjacent.
  steps["delta"] = 2;
  nodes.start("delta");
  nodes.await_formed();
  await_result(nodes["delta"], "only-alpha");
  await_result(nodes["alpha"], "only-delta");
}

BOOST_AUTO_TEST_SUITE_END()
