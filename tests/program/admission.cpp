// Proves who is let in, in which order, and which worker gets a call with a key.
#include "tests/program/harness/stopped_worker.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <map>
#include <set>

using namespace program;

namespace admission {

std::string key(const std::string& k) {
  return "\"key\":\"" + k + "\"";
}

} // namespace admission

BOOST_AUTO_TEST_SUITE(admission)

BOOST_AUTO_TEST_CASE(a_drained_pool_takes_no_calls_until_it_is_resumed) {
  node_process node{willing("w")};
  auto client = node.connect();
  client.call("w", "pid");
  client.send_call("running", "w", "sleep", "{\"ms\":300}");
  BOOST_TEST(eventually([&] { return node.worker("w.0").number("in_flight") == 1; }));
  BOOST_TEST(node.http().post("/api/pools/w/drain").status == 200);
  BOOST_TEST(client.call("w", "pid")["error.code"] == "unavailable");
  BOOST_TEST(node.http().get("/ready").status == 503);
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST(node.http().post("/api/pools/w/resume").status == 200);
  BOOST_TEST(client.call("w", "pid")["error"] == "null");
  BOOST_TEST(node.http().get("/ready").status == 200);
}

BOOST_AUTO_TEST_CASE(many_waiting_calls_of_one_client_do_not_hold_up_another) {
  node_process node{willing("w", "queue_limit = 2000")};
  auto greedy = node.connect();
  greedy.call("w", "pid");
  for (int i = 0; i < 1000; ++i)
    greedy.send_call(std::to_string(i), "w", "sleep", "{\"ms\":2}");
  BOOST_TEST(eventually([&] {
    return node.operation("pool", "{\"name\":\"w\"}").number("waiting") > 500;
  }));
  auto modest = node.connect();
  BOOST_TEST(modest.call("w", "pid")["error"] == "null");
  BOOST_TEST(node.operation("pool", "{\"name\":\"w\"}").number("waiting") > 100);
}

BOOST_AUTO_TEST_CASE(a_higher_priority_goes_first) {
  node_process node{willing("w")};
  auto client = node.connect();
  client.call("w", "pid");
  auto pid = node.worker_pid("w.0");
  ::kill(pid, SIGSTOP);
  stopped_worker worker{pid};
  client.send_call("first", "w", "echo");
  BOOST_TEST(eventually([&] { return node.worker("w.0").number("in_flight") == 1; }));
  client.send_call("low", "w", "echo", "null", "\"priority\":-5");
  client.send_call("high", "w", "echo", "null", "\"priority\":5");
  BOOST_TEST(eventually(
      [&] { return node.operation("pool", "{\"name\":\"w\"}").number("waiting") == 2; }));
  worker.go_on();
  BOOST_TEST(client.receive()["request_id"] == "first");
  BOOST_TEST(client.receive()["request_id"] == "high");
  BOOST_TEST(client.receive()["request_id"] == "low");
}

BOOST_AUTO_TEST_CASE(a_refused_caller_is_told_when_to_come_back_as_measured) {
  node_process node{willing("w", "queue_limit = 5")};
  auto client = node.connect();
  for (int i = 0; i < 10; ++i)
    client.call("w", "sleep", "{\"ms\":300}");
  for (int i = 0; i < 7; ++i)
    client.send_call(std::to_string(i), "w", "sleep", "{\"ms\":300}");
  auto refused = client.receive("6");
  BOOST_TEST(refused["error.code"] == "busy");
  // Six calls of 300 ms are before it.
  BOOST_TEST(refused.number("error.retry_after_ms") > 1000);
  BOOST_TEST(refused.number("error.retry_after_ms") < 4000);
  auto http = node.http().post("/api/call/w/echo");
  BOOST_TEST(http.status == 429);
  BOOST_TEST(std::stoi(http.headers["retry-after"]) >= 2);
}

BOOST_AUTO_TEST_CASE(calls_with_one_key_go_to_one_worker) {
  node_process node{willing("w", "size = 4")};
  for (auto w : {"w.0", "w.1", "w.2", "w.3"})
    node.worker_pid(w);
  auto client = node.connect();
  std::set<std::string> all;
  for (int k = 0; k < 20; ++k) {
    std::set<std::string> workers;
    for (int i = 0; i < 5; ++i)
      workers.insert(client.call("w", "pid", "null", key(std::to_string(k)))["worker"]);
    BOOST_TEST(workers.size() == 1u);
    all.merge(workers);
  }
  BOOST_TEST(all.size() > 1u);
}

BOOST_AUTO_TEST_CASE(a_busy_home_is_waited_for_where_the_pool_requires_it) {
  node_process node{willing("prefer", "size = 2")
                    + willing("require", "size = 2\naffinity = \"require\"")};
  auto client = node.connect();
  for (std::string pool : {"prefer", "require"}) {
    node.worker_pid(pool + ".0");
    node.worker_pid(pool + ".1");
    auto home = client.call(pool, "pid", "null", key("k"))["worker"];
    client.send_call("long", pool, "sleep", "{\"ms\":300}", key("k"));
    BOOST_TEST(eventually([&] { return node.worker(home).number("in_flight") == 1; }));
    auto r = client.call(pool, "pid", "null", key("k"));
    BOOST_TEST((r["worker"] == home) == (pool == "require"), pool);
    client.receive("long");
  }
}

BOOST_AUTO_TEST_CASE(limits_user_and_privileges_are_those_of_the_pool) {
  auto script = "ulimit -n >&2; ulimit -v >&2; ulimit -t >&2; grep NoNewPrivs "
                "/proc/self/status >&2; exec cat";
  node_process node{pool_of("limited", {"sh", "-c", script},
                            "ready = \"spawn\"\nlimits = { open_files = 77, memory = "
                            "\"512MiB\", cpu = \"9s\" }")};
  auto lines = [&] { return node.operation("log", "{\"name\":\"limited.0\"}"); };
  BOOST_TEST(eventually([&] { return lines().count("lines") == 4; }));
  BOOST_TEST(lines()["lines.0"] == "77");
  BOOST_TEST(lines()["lines.1"] == "524288");
  BOOST_TEST(lines()["lines.2"] == "9");
  BOOST_TEST(lines()["lines.3"].ends_with("1"));
}

BOOST_AUTO_TEST_SUITE_END()
