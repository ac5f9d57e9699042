// Proves what becomes of calls when a node dies, stops, comes back, or is new: one
// outcome for each, within the failure timeout, and none runs twice that must not. Each
// node is a host of its own where network namespaces can be made.
#include "tests/program/harness/calls_in_flight.hpp"
#include "tests/program/harness/cluster_load.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <memory>
#include <thread>

using namespace program;

namespace cluster_failure {

/// Late by the scheduling of a busy machine, not by design.
constexpr int64_t slack_ms = sanitized ? 5000 : 500;

/// Hosts for as many nodes, or nothing where they cannot be: then all nodes are on
/// loopback addresses, on which the same is shown.
std::unique_ptr<network_namespaces> hosts(int count) {
  auto why = network_namespaces::why_not();
  if (why.empty())
    return std::make_unique<network_namespaces>(count);
  BOOST_WARN_MESSAGE(false, "on loopback addresses: " << why);
  return nullptr;
}

struct three_nodes {
  temporary_folder folder;
  std::string ledger = folder / "ledger";
  std::unique_ptr<network_namespaces> network = hosts(4); // one for a node that joins
  test_cluster nodes{{.pools =
                          [this](const std::string& node) {
                            return ledger_pool("work", ledger)
                                   + puppets("only-" + node, "window = 16", {"--cancel"});
                          },
                      .keys = [](auto&) { return "insecure = true\n"; },
                      .network = network.get()}};
  cluster_load load{nodes};

  three_nodes() {
    for (auto& name : nodes.names())
      for (auto worker : {"work.0", "work.1"})
        nodes[name].worker_pid(worker);
  }

  /// Adds two clients each of the nodes that stay, for calls of every sort.
  void add_clients(const load_plan& plan) {
    for (auto from : {"alpha", "gamma"})
      for (int i = 0; i < 2; ++i)
        load.add(from, plan);
    BOOST_REQUIRE(load.goes_on());
  }

  int64_t timeout_ms() const { return nodes.failure_timeout().count(); }

  /// Ends the load and checks that calls ended in results, or because a node was gone:
  /// for a moment that may be one that is only slow, and then what it alone runs is
  /// unavailable.
  load_tally check() {
    auto seen = load.finish();
    check_outcomes(seen, ledger);
    for (auto& [how, count] : seen.ends)
      BOOST_TEST((how == "result" || how == "node_down" || how == "unavailable"),
                 count << " × " << how);
    BOOST_TEST(seen.ends["result"] > seen.sent / 4);
    return seen;
  }
};

/// For a case that has nodes of its own.
struct no_nodes {};

const load_plan everywhere{.to = {"work", "work@beta", "work@gamma", "only-alpha"},
                           .idempotent_percent = 20};

} // namespace cluster_failure

BOOST_FIXTURE_TEST_SUITE(cluster_failure, three_nodes)

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_under_load_and_comes_back) {
  add_clients(everywhere);
  calls_in_flight running{nodes, "only-beta", "beta"};
  nodes.kill("beta");
  auto detected = running.await_node_down();
  BOOST_TEST(detected <= timeout_ms() + slack_ms);
  auto seen_down = nodes.await_state("beta", "down");
  BOOST_TEST(nodes["alpha"].connect().call("work@beta", "echo")["error.code"]
             == "node_down");
  BOOST_TEST(load.goes_on());
  nodes.start("beta");
  auto formed = nodes.await_formed();
  auto recovered = std::max(await_result(nodes["alpha"], "only-beta"),
                            await_result(nodes["gamma"], "only-beta"));
  BOOST_TEST(load.goes_on(300));
  check();
  BOOST_TEST_MESSAGE("kill -9: calls in flight ended after "
                     << detected << " ms, all saw it down " << seen_down
                     << " ms later; once restarted and ready, formed after " << formed
                     << " ms, first results " << recovered << " ms later");
  BOOST_TEST(formed < 5000 + slack_ms); // the longest pause between two attempts
}

BOOST_AUTO_TEST_CASE(a_node_that_is_stopped_under_load_and_goes_on) {
  add_clients(everywhere);
  calls_in_flight running{nodes, "only-beta", "beta"};
  nodes["beta"].signal(SIGSTOP);
  auto detected = running.await_node_down();
  auto seen_down = nodes.await_state("beta", "down");
  BOOST_TEST(load.goes_on());
  nodes["beta"].signal(SIGCONT);
  auto formed = nodes.await_formed();
  auto recovered = await_result(nodes["alpha"], "only-beta");
  BOOST_TEST(load.goes_on(300));
  check();
  BOOST_TEST_MESSAGE("SIGSTOP: calls in flight ended after "
                     << detected << " ms, all saw it down " << seen_down
                     << " ms later; SIGCONT: formed after " << formed
                     << " ms, first result " << recovered << " ms later");
  BOOST_TEST(detected <= timeout_ms() + slack_ms);
  BOOST_TEST(formed < 5000 + slack_ms);
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_for_a_moment_loses_no_call) {
  add_clients({.to = {"work", "work@beta"}});
  for (int i = 0; i < 3; ++i) {
    nodes["beta"].signal(SIGSTOP);
    // With the beat before it less than the time after which it is suspect.
    std::this_thread::sleep_for(nodes.failure_timeout() / 10);
    nodes["beta"].signal(SIGCONT);
    BOOST_TEST(load.goes_on());
  }
  auto seen = check();
  if (!sanitized)
    BOOST_TEST(seen.ends["result"] == seen.sent);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_again_and_again_is_a_member_each_time) {
  add_clients({.to = {"work", "work@beta"}});
  for (int i = 0; i < 5; ++i) {
    nodes.kill("beta");
    nodes.start("beta");
    BOOST_TEST_MESSAGE("restart " << i << ": formed after " << nodes.await_formed()
                                  << " ms");
    BOOST_TEST(load.goes_on());
  }
  await_result(nodes["alpha"], "only-beta");
  check();
}

BOOST_AUTO_TEST_CASE(a_fourth_node_joins_while_calls_run_and_takes_its_share) {
  load_plan much{.to = {"work"}, .outstanding = 24, .most_ms = 20};
  add_clients(much);
  nodes.start("delta");
  auto formed = nodes.await_formed();
  auto calls = [&] {
    return nodes["delta"].operation("pool", R"({"name":"work"})").number("calls");
  };
  auto start = clock::now();
  BOOST_TEST(eventually([&] { return calls() > 20; }));
  auto seen = check();
  BOOST_TEST(seen.ends["result"] == seen.sent);
  BOOST_TEST_MESSAGE("a fourth node: formed "
                     << formed << " ms after it was ready, twenty "
                     << "calls " << elapsed_ms(start) << " ms later");
}

BOOST_AUTO_TEST_CASE(idempotent_calls_of_a_node_that_dies_run_elsewhere) {
  add_clients(
      {.to = {"work"}, .outstanding = 16, .most_ms = 200, .idempotent_percent = 100});
  BOOST_REQUIRE(eventually([&] {
    return nodes["beta"].operation("pool", R"({"name":"work"})").number("in_flight") > 4;
  }));
  nodes.kill("beta");
  BOOST_TEST(load.goes_on(200));
  auto seen = check();
  BOOST_TEST(seen.ends["result"] == seen.sent);
  size_t again = 0;
  for (auto& [call, times] : runs_in(ledger))
    again += times > 1;
  BOOST_TEST_MESSAGE(again << " calls ran again");
  BOOST_TEST(again > 0u); // it was a test of that, too
}

BOOST_AUTO_TEST_CASE(other_calls_of_a_node_that_dies_end_and_do_not_run_again) {
  add_clients({.to = {"work"}, .outstanding = 16, .most_ms = 200});
  BOOST_REQUIRE(eventually([&] {
    return nodes["beta"].operation("pool", R"({"name":"work"})").number("in_flight") > 4;
  }));
  nodes.kill("beta");
  BOOST_TEST(load.goes_on(200));
  auto seen = check();
  BOOST_TEST(seen.ends["node_down"] > 0u);
}

BOOST_AUTO_TEST_CASE(a_stream_of_a_node_that_dies_ends_once_and_does_not_run_again) {
  auto client = nodes["alpha"].connect();
  // By its key alone the call goes to beta: any node might run it again.
  std::string key;
  std::string first;
  for (int i = 0; i < 100 && !first.ends_with("@beta"); ++i) {
    key = "\"key\":\"k" + std::to_string(i) + '"';
    first = client.call("work", "echo", R"({"n":"looks for beta"})", key)["worker"];
  }
  BOOST_TEST_REQUIRE(first.ends_with("@beta"), first);
  client.send_call("s", "work", "parts", R"({"n":"stream","ms":600000})",
                   "\"stream\":true,\"idempotent\":true," + key);
  for (int i = 0; i < 3; ++i) {
    auto part = client.receive("s");
    BOOST_TEST_REQUIRE(part["kind"] == "chunk", part);
    BOOST_TEST(part.number("payload.i") == i);
  }
  nodes.kill("beta");
  auto end = client.receive("s");
  BOOST_TEST(end["error.code"] == "node_down", end);
  // A second run would have begun before this call, and at the same worker.
  client.send_call("afterwards", "work", "echo", R"({"n":"afterwards"})", key);
  auto r = client.receive();
  BOOST_TEST(r["request_id"] == "afterwards", r);
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(!client.has_answer());
  BOOST_TEST(runs_in(ledger)["stream"] == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_is_suspect_gets_what_no_other_can_run, no_nodes) {
  test_cluster nodes{{.pools =
                          [](auto& name) {
                            return puppets("only-" + name, "window = 16")
                                   + (name == "alpha" ? "" : puppets("both"));
                          },
                      .failure_timeout = 5s}};
  for (auto worker : {"only-beta.0", "both.0"})
    nodes["beta"].worker_pid(worker);
  nodes["gamma"].worker_pid("both.0");
  auto client = nodes["alpha"].connect();
  nodes["beta"].signal(SIGSTOP);
  nodes.await_state("beta", "suspect");
  client.send_call("by its pool", "only-beta", "echo", "1");
  client.send_call("by its node", "both@beta", "echo", "2");
  std::string elsewhere;
  for (int i = 0; i < 10; ++i)
    elsewhere += client.call("both", "echo", "3")["worker"] + ' ';
  nodes["beta"].signal(SIGCONT);
  BOOST_TEST(client.receive("by its pool")["payload"] == "1");
  BOOST_TEST(client.receive("by its node")["payload"] == "2");
  BOOST_TEST(elsewhere.find("@beta") == elsewhere.npos, elsewhere);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_is_kept_whatever_the_other_node_does, no_nodes) {
  test_cluster nodes{{.pools = [](auto& name) { return puppets("only-" + name); },
                      .names = {"alpha", "beta"},
                      .failure_timeout = 60s}};
  nodes["beta"].worker_pid("only-beta.0");
  auto client = nodes["alpha"].connect();
  client.call("only-beta", "echo");
  nodes["beta"].signal(SIGSTOP);
  auto start = clock::now();
  auto r = client.call("only-beta", "echo", "1", "\"timeout_ms\":400");
  auto took = elapsed_ms(start);
  nodes["beta"].signal(SIGCONT);
  BOOST_TEST(r["error.code"] == "timeout", r);
  BOOST_TEST_MESSAGE("a deadline of 400 ms ended after " << took << " ms");
  BOOST_TEST(took >= 390);
  BOOST_TEST(took < (sanitized ? 5000 : 2000));
  BOOST_TEST(client.call("only-beta", "echo", "2")["payload"] == "2");
}

BOOST_AUTO_TEST_SUITE_END()
