// Proves that a node is taken out of a cluster, and a cluster restarted node by node,
// without a call that fails.
#include "tests/program/harness/rolling_restart.hpp"
#include "tests/program/interviews.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <tuple>

using namespace program;

namespace cluster_drain {

struct three_nodes {
  temporary_folder folder;
  std::string ledger = folder / "ledger";
  test_cluster nodes{{.pools = [this](const std::string& node) {
    auto all = ledger_pool("work", ledger, "size = 1\nwindow = 8")
               + puppets("only-" + node, "window = 4", {"--cancel"});
    if (node != "alpha")
      all += ledger_pool("pair", ledger, "size = 1\nwindow = 8");
    return node == "beta" ? all + interview() : all;
  }}};

  three_nodes() {
    for (auto& name : nodes.names())
      nodes[name].worker_pid("work.0");
    for (auto name : {"beta", "gamma"})
      nodes[name].worker_pid("pair.0");
  }

  /// Has `from` take `node` out of the cluster.
  void drain(const std::string& from, const std::string& node) const {
    auto r = nodes[from].operation("drain", R"({"node":true,"name":")" + node + "\"}");
    BOOST_TEST(r["leaving"] == "true", r);
  }

  /// Checks that every call had a result, its own.
  void check_all_good(load_tally seen) const {
    check_outcomes(seen, ledger);
    BOOST_TEST(seen.ends["result"] == seen.sent, seen.first_complaint);
  }
};

/// Sends a hundred calls of 300 ms, which are more than one node runs at once.
void send_many(socket_client& client, const std::string& to) {
  for (int i = 0; i < 100; ++i) {
    auto n = std::to_string(i);
    client.send_call(n, to, "echo", R"({"ms":300,"n":")" + n + "\"}");
  }
}

} // namespace cluster_drain

BOOST_FIXTURE_TEST_SUITE(cluster_drain, three_nodes)

BOOST_AUTO_TEST_CASE(a_node_that_is_drained_under_load_fails_no_call) {
  cluster_load load{nodes};
  for (auto from : {"alpha", "alpha", "gamma", "gamma"})
    load.add(from, {.to = {"work"}, .outstanding = 16, .most_ms = 20});
  BOOST_REQUIRE(load.goes_on());
  auto start = clock::now();
  drain("alpha", "beta");
  BOOST_TEST(nodes.has_ended("beta"));
  BOOST_TEST_MESSAGE("it was gone after " << elapsed_ms(start) << " ms");
  BOOST_TEST(load.goes_on());
  nodes.start("beta");
  nodes.await_formed();
  BOOST_TEST(load.goes_on());
  check_all_good(load.finish());
}

BOOST_AUTO_TEST_CASE(sigterm_is_as_good) {
  cluster_load load{nodes};
  for (auto from : {"alpha", "gamma"})
    load.add(from, {.to = {"work"}, .outstanding = 32, .most_ms = 20});
  BOOST_REQUIRE(load.goes_on());
  nodes["beta"].signal(SIGTERM);
  BOOST_TEST(nodes.has_ended("beta"));
  BOOST_TEST(load.goes_on());
  check_all_good(load.finish());
}

BOOST_AUTO_TEST_CASE(what_runs_at_a_drained_node_ends_there) {
  auto client = nodes["alpha"].connect();
  client.send_call("long", "only-beta", "sleep", R"({"ms":1000})");
  BOOST_REQUIRE(eventually(
      [&] { return nodes["beta"].worker("only-beta.0").number("in_flight") == 1; }));
  drain("gamma", "beta");
  BOOST_TEST(eventually([&] { return nodes.state("alpha", "beta") == "leaving"; }));
  BOOST_TEST(client.call("only-beta", "echo")["error"] != "null"); // nowhere else
  auto r = client.receive("long");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(nodes.has_ended("beta"));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_drained_twice_still_ends_its_calls) {
  auto client = nodes["alpha"].connect();
  client.send_call("long", "only-beta", "sleep", R"({"ms":3000})");
  BOOST_REQUIRE(eventually(
      [&] { return nodes["beta"].worker("only-beta.0").number("in_flight") == 1; }));
  drain("gamma", "beta");
  BOOST_TEST(eventually([&] { return nodes.state("alpha", "beta") == "leaving"; }));
  drain("gamma", "beta");
  drain("beta", "beta");
  auto r = client.receive("long");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(nodes.has_ended("beta"));
}

BOOST_AUTO_TEST_CASE(a_drained_node_that_is_asked_for_its_own_pool_says_that_it_stops) {
  auto client = nodes["beta"].connect();
  client.send_call("long", "only-beta", "sleep", R"({"ms":3000})");
  BOOST_REQUIRE(eventually(
      [&] { return nodes["beta"].worker("only-beta.0").number("in_flight") == 1; }));
  nodes["beta"].signal(SIGTERM);
  for (std::string code; code != "shutting_down";) {
    code = client.call("work@beta", "echo", R"({"n":"x"})")["error.code"];
    BOOST_TEST_REQUIRE((code.empty() || code == "shutting_down"), code);
  }
  for (auto to : {"work@beta", "work.0@beta", "pair@beta"}) {
    auto r = client.call(to, "echo", R"({"n":"x"})");
    BOOST_TEST(r["error.code"] == "shutting_down", r);
  }
  auto elsewhere = client.call("work", "echo", R"({"n":"x"})"); // others run it, too
  BOOST_TEST(elsewhere["error"] == "null", elsewhere);
  BOOST_TEST(client.receive("long")["error"] == "null");
  BOOST_TEST(nodes.has_ended("beta"));
}

BOOST_AUTO_TEST_CASE(what_waits_at_a_drained_node_runs_elsewhere) {
  auto client = nodes["alpha"].connect();
  send_many(client, "pair"); // of beta and gamma
  BOOST_REQUIRE(eventually([&] {
    return nodes["beta"].operation("pool", R"({"name":"pair"})").number("waiting") > 4;
  }));
  drain("alpha", "beta");
  for (int i = 0; i < 100; ++i) {
    auto r = client.receive(std::to_string(i));
    BOOST_TEST(r["error"] == "null", r);
  }
  BOOST_TEST(nodes.has_ended("beta"));
}

BOOST_AUTO_TEST_CASE(the_drained_nodes_own_clients_get_an_outcome_for_each_call) {
  auto client = nodes["beta"].connect();
  send_many(client, "work"); // many of them run at, and wait for, the other nodes
  BOOST_REQUIRE(eventually([&] {
    return nodes["beta"].operation("pool", R"({"name":"work"})").number("in_flight") == 8;
  }));
  drain("alpha", "beta");
  std::map<std::string, int> ends;
  for (int i = 0; i < 100; ++i)
    try {
      auto r = client.receive(std::to_string(i));
      ++ends[r["error"] == "null" ? "result" : r["error.code"]];
    } catch (const std::exception&) {
      ++ends["no outcome"];
    }
  for (auto& [how, count] : ends)
    BOOST_TEST_MESSAGE(how << ": " << count);
  BOOST_TEST(ends["no outcome"] == 0);
  BOOST_TEST(ends["result"] == 100);
  BOOST_TEST(nodes.has_ended("beta"));
}

BOOST_AUTO_TEST_CASE(a_paused_conversation_of_a_drained_node_is_told) {
  auto begun = nodes["alpha"].http().post("/api/sessions", R"({"pool":"interview"})");
  auto id = begun["session_id"];
  BOOST_TEST_REQUIRE(begun["state"] == "paused", begun.body);
  drain("alpha", "beta");
  BOOST_TEST(nodes.has_ended("beta"));
  auto r = nodes["alpha"].http().get("/api/sessions/" + id);
  BOOST_TEST(r["code"] == "node_down", r.body);
  auto another = nodes["alpha"].http().post("/api/sessions", R"({"pool":"interview"})");
  BOOST_TEST(another.status == 503);
  BOOST_TEST(another["code"] == "unavailable", another.body);
  nodes.start("beta");
  nodes.await_formed();
  BOOST_TEST(nodes["alpha"].http().get("/api/sessions/" + id)["state"] == "lost");
}

BOOST_AUTO_TEST_CASE(a_cluster_is_restarted_node_by_node_without_a_failed_call) {
  check_all_good(
      restart_node_by_node(nodes, {.to = {"work"}, .outstanding = 12, .most_ms = 20}));
}

BOOST_AUTO_TEST_CASE(the_command_drains_a_node_by_its_name) {
  int status = 0;
  std::string output;
  std::tie(status, output) =
      run({TROUPE_BINARY, "drain", "--node", "gamma", "--node", nodes["alpha"].socket()});
  BOOST_TEST(status == 0, output);
  BOOST_TEST(output.starts_with("gamma "), output);
  BOOST_TEST(nodes.has_ended("gamma"));
  std::tie(status, output) = run(
      {TROUPE_BINARY, "drain", "--node", "nobody", "--node", nodes["alpha"].socket()});
  BOOST_TEST(status == 1);
  BOOST_TEST(output.starts_with("not_found: "), output);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_none_takes_no_node_out) {
  for (auto name : {"5", "null", "[\"beta\"]"}) {
    auto payload = R"({"node":true,"name":)" + std::string{name} + '}';
    auto r = nodes["alpha"].connect().call("$node", "drain", payload);
    BOOST_TEST(r["error.code"] == "bad_request", r);
  }
  BOOST_TEST(nodes.state("beta", "alpha") == "up");
}

BOOST_AUTO_TEST_SUITE_END()
