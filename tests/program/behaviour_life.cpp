// Proves that a worker that is an actor of the node lives as any other: deadlines,
// cancels, errors that end it, restarts, the breaker, recycling, and what is counted.
// BEHAVIOUR_CALLS is how many calls the last test makes.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>

using namespace program;

namespace behaviour_life {

/// A node with a pool `b` of puppets that are behaviours.
class node_of_behaviours : public node_process {
public:
  explicit node_of_behaviours(const std::string& keys = {})
    : node_process{"[pool.b]\nbehaviour = \"puppet\"\n" + keys + "\n",
                   {.program = {BEHAVIOUR_NODE_BINARY}}} {
    BOOST_REQUIRE(becomes("state", "ready"));
  }

  bool becomes(const std::string& member, const std::string& value) const {
    return eventually([&] { return worker("b.0")[member] == value; });
  }

  int64_t of_worker(const std::string& member) const {
    return worker("b.0").number(member);
  }

  reply pool() const { return operation("pool", "{\"name\":\"b\"}"); }
};

int total_calls() {
  auto text = std::getenv("BEHAVIOUR_CALLS");
  return text ? std::atoi(text) : 20'000;
}

/// Many calls, of which some end otherwise than with a result.
class mixed_load {
public:
  explicit mixed_load(const node_process& node)
    : client_(node.connect()) {}

  /// Makes `total` calls, 64 at a time, and waits for all.
  void run(int total) {
    for (int sent = 0; sent < total || !open_.empty();) {
      while (sent < total && open_.size() < 64)
        send(sent++);
      take(client_.receive());
    }
  }

  size_t ended(const std::string& how) const {
    auto i = ends_.find(how);
    return i == ends_.end() ? 0 : i->second;
  }
  size_t errors() const {
    size_t sum = 0;
    for (auto& [how, count] : ends_)
      sum += how == "result" ? 0 : count;
    return sum;
  }
  /// Answers to no call, to one that was answered, or with another's payload.
  size_t wrong() const { return wrong_; }

private:
  void send(int i) {
    auto id = std::to_string(i);
    auto kind = i % 2000 == 1999 ? "throw" : i % 100 == 99 ? "never" : "echo";
    open_[id] = kind;
    client_.send_call(id, "b", kind, "[" + id + "]",
                      open_[id] == "never" ? "\"timeout_ms\":20" : "");
    // Of calls that wait or run, and of some that end their worker.
    if (i % 200 == 99 || i % 4000 == 3999)
      client_.send_line("{\"kind\":\"cancel\",\"request_id\":\"" + id + "\"}");
  }

  void take(const reply& r) {
    auto call = open_.find(r["request_id"]);
    if (call == open_.end()) {
      ++wrong_;
      return;
    }
    auto good = r["error"] == "null";
    if (good && (call->second != "echo" || r["payload"] != "[" + call->first + "]"))
      ++wrong_;
    ++ends_[good ? "result" : r["error.code"]];
    open_.erase(call);
  }

  socket_client client_;
  /// The kinds of calls that have not ended.
  std::map<std::string, std::string> open_;
  std::map<std::string, size_t> ends_;
  size_t wrong_ = 0;
};

} // namespace behaviour_life

BOOST_AUTO_TEST_SUITE(behaviour_life)

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_call_and_frees_its_worker) {
  node_of_behaviours node;
  auto client = node.connect();
  auto r = client.call("b", "never", "null", "\"timeout_ms\":100");
  BOOST_TEST(r["error.code"] == "timeout", r);
  BOOST_TEST(client.call("b", "echo", "1")["payload"] == "1");
  BOOST_TEST(client.call("b", "stats").number("payload.cancelled") == 1);
  BOOST_TEST(node.of_worker("restarts") == 0);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_too_long_never_starts) {
  node_of_behaviours node{"queue_limit = 1"};
  auto client = node.connect();
  client.send_call("runs", "b", "never", "null", "\"timeout_ms\":5000");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  client.send_call("waits", "b", "echo", "null", "\"timeout_ms\":1500");
  BOOST_REQUIRE(eventually([&] { return node.pool().number("waiting") == 1; }));
  BOOST_TEST(client.call("b", "echo")["error.code"] == "busy");
  BOOST_TEST(client.receive("waits")["error.code"] == "queue_timeout");
  client.send_line("{\"kind\":\"cancel\",\"request_id\":\"runs\"}");
  BOOST_TEST(client.receive("runs")["error.code"] == "cancelled");
  BOOST_TEST(client.call("b", "stats").number("payload.calls") == 2);
}

BOOST_AUTO_TEST_CASE(a_cancel_reaches_the_behaviour) {
  node_of_behaviours node;
  auto client = node.connect();
  client.send_call("c", "b", "never");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  client.send_line("{\"kind\":\"cancel\",\"request_id\":\"c\"}");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(client.call("b", "stats").number("payload.cancelled") == 1);
  client.send_call("left", "b", "never");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  client.close();
  BOOST_TEST(node.connect().call("b", "stats").number("payload.cancelled") == 2);
  BOOST_TEST(node.of_worker("restarts") == 0);
}

BOOST_AUTO_TEST_CASE(one_that_does_not_stop_when_it_is_cancelled_is_replaced) {
  node_of_behaviours node{"exec_timeout = \"100ms\""};
  auto client = node.connect();
  BOOST_TEST(client.call("b", "stubborn")["error.code"] == "timeout");
  BOOST_TEST(client.call("b", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.of_worker("restarts") == 1);
  BOOST_TEST(node.worker("b.0")["last_exit.reason"] == "timeout");
}

BOOST_AUTO_TEST_CASE(an_error_that_ends_it_is_told_to_its_callers_and_it_comes_back) {
  node_of_behaviours node{"window = 2"};
  auto client = node.connect();
  client.send_call("beside", "b", "never");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  client.send_call("it", "b", "throw");
  for (auto call : {"it", "beside"}) {
    auto r = client.receive(call);
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r["error.message"].find("as it was told") != std::string::npos, r);
  }
  BOOST_TEST(client.call("b", "stats").number("payload.calls") == 1); // a fresh one
  auto w = node.worker("b.0");
  BOOST_TEST(w.number("restarts") == 1);
  BOOST_TEST(w["last_exit.reason"] == "crash", w);
  BOOST_TEST(w["last_exit.message"].find("as it was told") != std::string::npos, w);
}

BOOST_AUTO_TEST_CASE(one_that_ends_by_itself_comes_back_too) {
  node_of_behaviours node;
  auto client = node.connect();
  BOOST_TEST(client.call("b", "quit")["error.code"] == "worker_died");
  BOOST_TEST(client.call("b", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.of_worker("restarts") == 1);
}

BOOST_AUTO_TEST_CASE(one_that_ends_again_and_again_opens_the_breaker) {
  node_of_behaviours node{"quarantine = 0\nrestart = { intensity = 1, delay = \"1ms\" }"};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(client.call("b", "throw")["error.code"] == "worker_died");
  BOOST_REQUIRE(eventually([&] { return node.pool()["state"] == "unavailable"; }));
  auto r = client.call("b", "echo");
  BOOST_TEST(r["error.code"] == "unavailable", r);
  BOOST_TEST(r["error.message"].find("as it was told") != std::string::npos, r);
}

BOOST_AUTO_TEST_CASE(one_that_has_had_its_calls_is_replaced_and_no_call_fails) {
  node_of_behaviours node{"recycle = { jobs = 5, jitter = 0 }"};
  auto client = node.connect();
  int calls = 0;
  // A worker goes on until its replacement is ready, so it may have a few calls more.
  BOOST_TEST(eventually([&] {
    ++calls;
    BOOST_TEST(client.call("b", "echo", "[1]")["payload"] == "[1]");
    return node.of_worker("replacements") >= 3;
  }));
  BOOST_TEST(calls >= 15);
  BOOST_TEST(node.of_worker("restarts") == 0);
  BOOST_TEST(node.pool().number("totals.calls") == calls);
}

BOOST_AUTO_TEST_CASE(an_order_replaces_it_when_its_call_has_ended) {
  node_of_behaviours node;
  auto client = node.connect();
  client.send_call("runs", "b", "never", "null", "\"timeout_ms\":300");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  node.operation("restart", "{\"name\":\"b\"}");
  BOOST_TEST(client.receive("runs")["error.code"] == "timeout");
  BOOST_TEST(client.call("b", "stats").number("payload.calls") == 1);
  BOOST_TEST(eventually([&] { return node.of_worker("replacements") == 1; }));
}

BOOST_AUTO_TEST_CASE(its_calls_are_counted_and_it_is_listed) {
  node_of_behaviours node;
  auto client = node.connect();
  for (int i = 0; i < 3; ++i)
    client.call("b", "echo");
  client.call("b", "never", "null", "\"timeout_ms\":50");
  auto p = node.pool();
  BOOST_TEST(p.number("calls") == 4, p);
  BOOST_TEST(p.number("results") == 3, p);
  BOOST_TEST(p.number("errors") == 1, p);
  BOOST_TEST(p.number("waiting") == 0, p);
  auto w = node.worker("b.0");
  BOOST_TEST(w.number("calls") == 4, w);
  BOOST_TEST(w["program"] == "puppet", w);
  auto [status, text] = run({TROUPE_BINARY, "ps", "--node", node.socket()});
  BOOST_TEST(status == 0);
  BOOST_TEST(text.find("b.0") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_waits_for_its_call) {
  node_of_behaviours node;
  auto client = node.connect();
  client.send_call("runs", "b", "never", "null", "\"timeout_ms\":300");
  BOOST_REQUIRE(eventually([&] { return node.of_worker("in_flight") == 1; }));
  BOOST_TEST(node.terminate().value_or(-1) == 0);
  BOOST_TEST(client.receive("runs")["error.code"] == "timeout");
}

BOOST_AUTO_TEST_CASE(every_call_of_many_ends_once_and_as_it_should) {
  node_of_behaviours node{"size = 2\nwindow = 8\nquarantine = 0\n"
                          "recycle = { jobs = 3000, jitter = 0.2 }\n"
                          "restart = { intensity = 100000, delay = \"1ms\","
                          " max_delay = \"5ms\" }"};
  auto total = total_calls();
  mixed_load load{node};
  load.run(total);
  BOOST_TEST(load.wrong() == 0u);
  BOOST_TEST(load.ended("result") > 0u);
  BOOST_TEST(load.ended("timeout") + load.ended("queue_timeout") > 0u);
  BOOST_TEST(load.ended("cancelled") > 0u);
  BOOST_TEST(load.ended("worker_died") > 0u);
  BOOST_TEST(load.ended("internal") == 0u);
  auto p = node.pool();
  BOOST_TEST(p.number("calls") == total, p);
  BOOST_TEST(p.number("results") == static_cast<int64_t>(load.ended("result")), p);
  BOOST_TEST(p.number("errors") == static_cast<int64_t>(load.errors()), p);
  BOOST_TEST(p.number("waiting") == 0, p);
  // Those that nobody waits for any more are free again soon.
  BOOST_TEST(eventually([&] {
    auto now = node.pool();
    return now.number("in_flight") == 0 && now.number("abandoned") == 0;
  }));
}

BOOST_AUTO_TEST_SUITE_END()
