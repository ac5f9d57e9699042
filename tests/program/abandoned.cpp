// Proves that a caller who goes or gives up does not cost the pool a worker, that what it
// leaves behind ends with exec_timeout at the latest, and that this holds nothing up.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/stopped_worker.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace abandoned_calls {

reply pool_of_node(const node_process& node, const std::string& name) {
  return node.operation("pool", "{\"name\":\"" + name + "\"}");
}

/// Waits until the pool `p` has `n` calls in it that nobody waits for.
bool has_abandoned(const node_process& node, int n) {
  return eventually([&] { return pool_of_node(node, "p").number("abandoned") == n; });
}

/// Waits until `n` calls wait for a worker of the pool `p`.
bool has_waiting(const node_process& node, int n) {
  return eventually([&] { return pool_of_node(node, "p").number("waiting") == n; });
}

} // namespace abandoned_calls

BOOST_AUTO_TEST_SUITE(abandoned_calls)

BOOST_AUTO_TEST_CASE(impatient_clients_cost_no_worker_whatever_they_hang_up) {
  node_process node{puppets("p", "size = 4")};
  std::vector<pid_t> before;
  for (int i = 0; i < 4; ++i)
    before.push_back(node.worker_pid("p." + std::to_string(i)));
  std::vector<stopped_worker> busy;
  {
    auto one = node.connect();
    auto two = node.http();
    one.send_call("a", "p", "stop_self");
    one.send_call("b", "p", "stop_self");
    two.send_request("POST", "/api/call/p/stop_self?timeout_ms=20000", "null");
    two.send_request("POST", "/api/call/p/stop_self", "null"); // pipelined
    for (auto pid : before)
      busy.emplace_back(pid);
    one.close();
    two.close();
  }
  BOOST_TEST(has_abandoned(node, 4));
  BOOST_TEST(pool_of_node(node, "p").number("slots") == 4);
  // The next call waits for them, and for no start of a worker.
  auto next = node.connect();
  next.send_call("next", "p", "echo", "1");
  BOOST_TEST(has_waiting(node, 1));
  for (auto& worker : busy)
    worker.go_on();
  BOOST_TEST(next.receive("next")["payload"] == "1");
  BOOST_TEST(has_abandoned(node, 0));
  for (int i = 0; i < 4; ++i) {
    auto name = "p." + std::to_string(i);
    BOOST_TEST(node.worker_pid(name) == before[static_cast<size_t>(i)]);
    BOOST_TEST(node.worker(name)["restarts"] == "0");
  }
}

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_is_told_at_once_and_its_call_is_shown) {
  node_process node{puppets("p")};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("given up", "p", "stop_self", "null", "\"timeout_ms\":500");
  stopped_worker busy{pid};
  // It goes on when it is told to, so who hears of this first has not waited for it.
  auto r = client.receive("given up");
  BOOST_TEST(r["error.code"] == "timeout", r);
  auto w = node.worker("p.0");
  BOOST_TEST(w["state"] == "busy");
  BOOST_TEST(w["in_flight"] == "0");
  BOOST_TEST(w["abandoned"] == "1");
  BOOST_TEST(w["current.kind"] == "stop_self");
  BOOST_TEST(w["current.abandoned"] == "true");
  client.send_call("next", "p", "echo", "1");
  BOOST_TEST(has_waiting(node, 1));
  busy.go_on();
  BOOST_TEST(client.receive("next")["payload"] == "1");
  BOOST_TEST(node.worker_pid("p.0") == pid);
  BOOST_TEST(node.worker("p.0")["late"] == "1"); // its answer was nobody's
}

BOOST_AUTO_TEST_CASE(what_does_not_end_is_killed_at_exec_timeout_and_opens_no_breaker) {
  node_process node{
      puppets("p", "exec_timeout = \"800ms\"\nrestart = { intensity = 0 }")};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i) {
    auto before = node.worker_pid("p.0");
    auto start = clock::now();
    auto r = client.call("p", "never", "null", "\"timeout_ms\":100");
    BOOST_TEST(r["error.code"] == "timeout", r);
    BOOST_TEST(is_running(before));
    BOOST_TEST(eventually([&] { return !is_running(before); }));
    BOOST_TEST(elapsed_ms(start) >= 800);
    BOOST_TEST(client.call("p", "echo", "1")["payload"] == "1");
  }
}

BOOST_AUTO_TEST_CASE(where_the_pool_wants_it_the_worker_is_killed_at_once) {
  node_process node{puppets("p", "abandoned = \"kill\"\nexec_timeout = \"300s\"")};
  auto before = node.worker_pid("p.0");
  auto client = node.connect();
  client.call("p", "never", "null", "\"timeout_ms\":50");
  BOOST_TEST(eventually([&] { return !is_running(before); }));
  BOOST_TEST(client.call("p", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_does_not_wait_for_it) {
  node_process node{
      puppets("p", "exec_timeout = \"300s\"\nstop_timeout = \"400ms\"", {"--stubborn"})};
  node.worker_pid("p.0");
  node.connect().call("p", "never", "null", "\"timeout_ms\":50");
  BOOST_TEST(has_abandoned(node, 1));
  BOOST_TEST((node.terminate() == 0));
}

BOOST_AUTO_TEST_CASE(
    a_restart_a_smaller_pool_and_a_stop_wait_no_longer_than_exec_timeout) {
  node_process node{puppets("p", "size = 2\nexec_timeout = \"1s\"")};
  node.worker_pid("p.1");
  auto client = node.connect();
  auto leave_behind = [&](const std::string& worker) {
    client.call(worker, "never", "null", "\"timeout_ms\":20");
    BOOST_TEST(has_abandoned(node, 1));
  };
  leave_behind("p.0");
  BOOST_TEST(node.operation("restart", R"({"name":"p"})").number("restarted") == 2);
  BOOST_TEST(has_abandoned(node, 0));
  leave_behind("p.1");
  node.operation("scale", R"({"name":"p","size":1})");
  BOOST_TEST(has_abandoned(node, 0));
  leave_behind("p.0");
  BOOST_TEST(node.operation("stop", R"({"name":"p"})").number("stopped") == 1);
}

BOOST_AUTO_TEST_CASE(what_workers_have_counted_outlives_them) {
  node_process node{puppets("p", "window = 2\nrestart = { delay = \"0ms\" }")};
  auto client = node.connect();
  auto first = node.worker_pid("p.0");
  for (int i = 0; i < 3; ++i)
    client.call("p", "twice", "1");
  client.send_call("stray", "p", "garbage");
  BOOST_REQUIRE(eventually([&] {
    auto w = node.worker("p.0");
    return w.number("late") == 3 && w.number("stray") == 1;
  }));
  ::kill(first, SIGKILL);
  BOOST_TEST(client.receive("stray")["error.code"] == "worker_died");
  BOOST_REQUIRE(node.worker_pid("p.0") != first);
  client.call("p", "twice", "1");
  BOOST_TEST(
      eventually([&] { return pool_of_node(node, "p").number("totals.late") == 4; }));
  auto p = node.http().get("/api/pools/p");
  BOOST_TEST(p["totals.calls"] == "5");
  BOOST_TEST(p["totals.stray"] == "1");
  BOOST_TEST(node.worker("p.0")["calls"] == "1");
  node.operation("restart", R"({"name":"p"})");
  BOOST_TEST(pool_of_node(node, "p")["totals.calls"] == "5");
}

BOOST_AUTO_TEST_SUITE_END()
