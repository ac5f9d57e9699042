// Proves what a scrape tells of pools: each number moves with what it counts, the sums
// hold whenever one looks, and totals outlive workers and reloads.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

#include <fstream>

using namespace program;

namespace metrics_of_nodes {

/// Returns the sample of pool `a`, with labels whose names come before `pool`.
std::string of_a(const std::string& metric, const std::string& before = {},
                 const std::string& after = {}) {
  return "troupe_" + metric + "{" + before + (before.empty() ? "" : ",") + "pool=a"
         + (after.empty() ? "" : ",") + after + "}";
}

bool says(const node_process& node, const std::string& sample, double value) {
  return eventually([&] { return scrape{node}[sample] == value; });
}

/// Returns the port of the line that the node wrote about metrics.
int metrics_port(const node_process& node) {
  std::string text;
  auto begin = std::string::npos;
  eventually([&] {
    text = node.errors();
    begin = text.find("metrics at http://127.0.0.1:");
    return begin != std::string::npos;
  });
  return std::stoi(text.substr(begin + 28));
}

} // namespace metrics_of_nodes

BOOST_AUTO_TEST_SUITE(metrics_of_nodes)

BOOST_AUTO_TEST_CASE(calls_are_counted_by_their_front_and_their_code) {
  node_process node{puppets("a", "exec_timeout = \"200ms\"")};
  node.worker_pid("a.0");
  auto client = node.connect();
  client.call("a", "echo", "\"12345678\"");
  client.call("a", "error", R"({"code":"x","message":"y"})");
  node.http().post("/api/call/a/echo", "1");
  client.call("a", "never");
  scrape s{node};
  BOOST_TEST(s[of_a("calls_received_total", "front=socket")] == 3);
  BOOST_TEST(s[of_a("calls_received_total", "front=http")] == 1);
  BOOST_TEST(s[of_a("calls_total", "code=ok")] == 2);
  BOOST_TEST(s[of_a("calls_total", "code=worker_error")] == 1);
  BOOST_TEST(s[of_a("calls_total", "code=timeout")] == 1);
  BOOST_TEST(s[of_a("call_run_seconds_count")] == 4);
  BOOST_TEST(s[of_a("call_run_seconds_sum")] >= 0.2);
  BOOST_TEST(s[of_a("queue_wait_seconds_count")] == 4);
  BOOST_TEST(s[of_a("call_received_bytes_total")] > 11);
  BOOST_TEST(s[of_a("call_sent_bytes_total")] >= 11);
  BOOST_TEST(s.type_of("troupe_calls") == "counter");
  BOOST_TEST(s.type_of("troupe_queue_depth") == "gauge");
  BOOST_TEST(s.type_of("troupe_call_run_seconds") == "histogram");
  BOOST_TEST(mistake_in_sums(s, "a") == "");
}

BOOST_AUTO_TEST_CASE(what_waits_and_runs_is_seen_while_it_does) {
  node_process node{puppets("a", "queue_limit = 7")};
  node.worker_pid("a.0");
  auto client = node.connect();
  for (int i = 0; i < 3; ++i)
    client.send_call(std::to_string(i), "a", "sleep", R"({"ms":1500})");
  BOOST_TEST(says(node, of_a("queue_depth"), 2));
  scrape s{node};
  BOOST_TEST(s[of_a("calls_running")] == 1);
  BOOST_TEST(s[of_a("call_slots")] == 1);
  BOOST_TEST(s[of_a("queue_limit")] == 7);
  BOOST_TEST(s[of_a("queue_oldest_seconds")] > 0);
  BOOST_TEST(s[of_a("call_oldest_seconds")] > 0);
  BOOST_TEST(s[of_a("workers", {}, "state=busy")] == 1);
  BOOST_TEST(s[of_a("pool_ready")] == 1);
  BOOST_TEST(mistake_in_sums(s, "a") == "");
}

BOOST_AUTO_TEST_CASE(ends_of_workers_are_counted_by_their_reason_and_totals_stay) {
  node_process node{puppets("a", "retries = 1\nrestart = { delay = \"1ms\" }")};
  auto pid = node.worker_pid("a.0");
  auto client = node.connect();
  client.call("a", "echo");
  client.call("a", "die", R"({"exit_code":3})");
  BOOST_TEST(says(node, of_a("worker_exits_total", {}, "reason=crash"), 1));
  BOOST_TEST(eventually([&] { return node.worker_pid("a.0") != pid; }));
  ::kill(node.worker_pid("a.0"), SIGKILL);
  BOOST_TEST(says(node, of_a("worker_exits_total", {}, "reason=signal"), 1));
  BOOST_TEST(says(node, of_a("workers", {}, "state=ready"), 1));
  node.operation("restart", R"({"name":"a"})");
  scrape s{node};
  BOOST_TEST(s[of_a("worker_exits_total", {}, "reason=restart")] <= 1);
  BOOST_TEST(s[of_a("worker_starts_total")] == 4);
  BOOST_TEST(s[of_a("worker_boot_seconds_count")] == 4);
  BOOST_TEST(s[of_a("workers_wanted")] == 1);
  BOOST_TEST(s[of_a("calls_total", "code=ok")] == 1);
  BOOST_TEST(s[of_a("calls_total", "code=worker_died")] == 1);
  BOOST_TEST(mistake_in_sums(s, "a") == "");
  node.operation("drain", R"({"name":"a"})");
  scrape drained{node};
  BOOST_TEST(drained[of_a("pool_drained")] == 1);
  BOOST_TEST(drained[of_a("pool_ready")] == 0);
}

BOOST_AUTO_TEST_CASE(a_pool_that_cannot_start_says_why_and_opens_its_breaker) {
  node_process node{pool_of("a", {"false"},
                            "restart = { delay = \"1ms\", max_delay = \"10s\","
                            " intensity = 2 }")};
  BOOST_TEST(says(node, of_a("breaker_open"), 1));
  scrape s{node};
  BOOST_TEST(s[of_a("breaker_opened_total")] == 1);
  BOOST_TEST(s[of_a("worker_start_failures_total", "code=handshake_failed")] >= 3);
  BOOST_TEST(s[of_a("worker_exits_total", {}, "reason=crash")] >= 3);
  BOOST_TEST(s[of_a("pool_ready")] == 0);
  BOOST_TEST(mistake_in_sums(s, "a") == "");
}

BOOST_AUTO_TEST_CASE(retries_quarantine_parts_and_losses_are_counted) {
  temporary_folder folder;
  node_process node{
      willing("a", "retries = 1\nquarantine = 2\nrestart = { delay = \"1ms\" }")
      + puppets("b")};
  node.worker_pid("a.0");
  auto client = node.connect();
  client.call("a", "die_once", R"({"file":")" + (folder / "once") + R"("})",
              "\"idempotent\":true");
  client.call("a", "count", R"({"to":3})", "\"stream\":true");
  scrape s{node};
  BOOST_TEST(s[of_a("call_retries_total")] == 1);
  BOOST_TEST(says(node, of_a("stream_parts_total"), 3)); // the first is the answer here
  client.call("a", "die", "null", "\"idempotent\":true");
  BOOST_TEST(says(node, of_a("calls_quarantined_total"), 1));
  node.worker_pid("b.0");
  client.call("b", "garbage");
  BOOST_TEST(says(node, "troupe_dropped_total{pool=b,what=stray_output}", 1));
}

BOOST_AUTO_TEST_CASE(totals_outlive_a_reload) {
  temporary_folder folder;
  node_process node{puppets("a"), {.config_folder = folder.path()}};
  node.worker_pid("a.0");
  node.connect().call("a", "echo");
  auto file = folder.path() + "/troupe.toml";
  std::ofstream{file, std::ios::app} << "\nenv = { FRESH = \"1\" }\n";
  node.operation("reload");
  scrape s{node};
  BOOST_TEST(s[of_a("calls_total", "code=ok")] == 1);
  BOOST_TEST(s[of_a("worker_starts_total")] == 2);
  BOOST_TEST(mistake_in_sums(s, "a") == "");
}

BOOST_AUTO_TEST_CASE(
    each_worker_and_the_first_kinds_are_told_apart_if_that_is_asked_for) {
  node_process node{"[metrics]\nworkers = true\nkinds = 1\n" + puppets("a", "size = 2")};
  node.worker_pid("a.0");
  node.worker_pid("a.1");
  auto client = node.connect();
  client.call("a", "echo");
  client.call("a.1", "stats");
  scrape s{node};
  BOOST_TEST(s.sum("troupe_worker_calls_total{pool=a") == 2);
  BOOST_TEST(s[of_a("worker_calls_total", {}, "worker=a.1")] >= 1);
  BOOST_TEST(s[of_a("worker_up", {}, "worker=a.0")] == 1);
  BOOST_TEST(s["troupe_calls_total{code=ok,kind=echo,pool=a}"] == 1);
  BOOST_TEST(s["troupe_calls_total{code=ok,kind=other,pool=a}"] == 1);
  BOOST_TEST(mistake_in_sums(s, "a") == "");
}

BOOST_AUTO_TEST_CASE(what_workers_use_and_each_of_them_does_is_told) {
  node_process node{"[metrics]\nworkers = true\n"
                    + willing("a", "slow = \"50ms\"\nrestart = { delay = \"1ms\" }\n")};
  auto pid = node.worker_pid("a.0");
  auto client = node.connect();
  client.call("a", "die");
  BOOST_REQUIRE(eventually([&] { return node.worker_pid("a.0") != pid; }));
  client.send_call("slow", "a", "sleep", R"({"ms":500})");
  BOOST_TEST(says(node, of_a("worker_calls_running", {}, "worker=a.0"), 1));
  client.receive("slow");
  BOOST_TEST(says(node, of_a("worker_calls_running", {}, "worker=a.0"), 0));
  BOOST_TEST(says(node, of_a("slow_calls_total"), 1));
  auto grows = [&](const std::string& sample) {
    return eventually([&] { return scrape{node}[sample] > 0; });
  };
  BOOST_TEST(grows(of_a("workers_memory_bytes")));
  BOOST_TEST(grows(of_a("workers_cpu_seconds_total")));
  BOOST_TEST(grows("troupe_metrics_scrape_seconds_count"));
  scrape s{node};
  BOOST_TEST(s[of_a("worker_restarts_total", {}, "worker=a.0")] == 1);
  BOOST_TEST(s[of_a("worker_uptime_seconds", {}, "worker=a.0")] > 0.5);
}

BOOST_AUTO_TEST_CASE(workers_measure_what_the_configuration_declares) {
  node_process node{R"([metrics.collect.orders_total]
type = "counter"
help = "Orders."
labels = ["shop"]
[metrics.collect.basket]
type = "histogram"
help = "Goods in a basket."
buckets = [1, 10]
[metrics.collect.shelves]
type = "gauge"
help = "Shelves."
)" + puppets("a", "restart = { delay = \"1ms\" }")};
  node.worker_pid("a.0");
  auto client = node.connect();
  auto measure = [&](const std::string& sample) { client.call("a", "measure", sample); };
  measure(R"({"name":"orders_total","labels":{"shop":"north"}})");
  measure(R"({"name":"orders_total","value":2,"labels":{"shop":"north"}})");
  measure(R"({"name":"basket","value":5})");
  measure(R"({"name":"basket","value":50})");
  measure(R"({"name":"shelves","value":4})");
  measure(R"({"name":"shelves","value":3})");
  measure(R"({"name":"unknown","value":3})");
  measure(R"({"name":"orders_total","value":1})");
  measure(R"({"name":"orders_total","value":-1,"labels":{"shop":"north"}})");
  client.call("a", "die", R"({"exit_code":1})");
  scrape s{node};
  BOOST_TEST(s["orders_total{pool=a,shop=north}"] == 3);
  BOOST_TEST(s["basket_bucket{le=1,pool=a}"] == 0);
  BOOST_TEST(s["basket_bucket{le=10,pool=a}"] == 1);
  BOOST_TEST(s["basket_bucket{le=+Inf,pool=a}"] == 2);
  BOOST_TEST(s["basket_sum{pool=a}"] == 55);
  BOOST_TEST(s["shelves{pool=a}"] == 3);
  BOOST_TEST(s["troupe_dropped_total{pool=a,what=metric}"] == 3);
  BOOST_TEST(s.sum("unknown") == 0);
}

BOOST_AUTO_TEST_CASE(a_scrape_needs_the_key_but_not_at_the_port_for_metrics) {
  node_process node{"[metrics]\nlisten = \"127.0.0.1:0\"\n" + puppets("a")};
  BOOST_TEST((http_client{node.port(), {}}.get("/metrics").status) == 401);
  http_client open{metrics_port(node), {}};
  auto answer = open.get("/metrics");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.headers["content-type"]
             == "text/plain; version=0.0.4; charset=utf-8");
  BOOST_TEST(scrape{answer.body.text}.sum("troupe_queue_limit{pool=a}") == 1024);
  BOOST_TEST(open.get("/health").status == 404);
  BOOST_TEST(open.get("/api/workers").status == 404);
  BOOST_TEST(open.post("/metrics").status == 405);
}

BOOST_AUTO_TEST_CASE(scrapes_of_one_client_are_made_one_after_the_other) {
  node_process node{"[metrics]\nlisten = \"127.0.0.1:0\"\n" + puppets("a")};
  http_client open{metrics_port(node), {}};
  constexpr int requests = 20;
  for (int i = 0; i < requests; ++i)
    open.send_request("GET", "/metrics");
  double made = 0;
  for (int i = 0; i < requests; ++i)
    made = scrape{open.read_response().body.text}["troupe_metrics_scrape_seconds_count"];
  // The last one counts those before it. Scrapes of others, at one time, are one.
  BOOST_TEST(made == requests - 1);
}

BOOST_AUTO_TEST_SUITE_END()
