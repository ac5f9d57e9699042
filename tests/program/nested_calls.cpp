// Proves what a worker may expect of the calls it makes itself, and what its own callers
// may.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace nested_calls {

std::string forwarders(const std::string& name, const std::string& keys = {}) {
  return pool_of(name, {"python3", EXAMPLES_FOLDER "/workers/forward.py"}, keys);
}

/// Returns the payload that has a forwarder call `to`.
std::string via(const std::string& to, const std::string& kind,
                const std::string& payload = "null", const std::string& more = {}) {
  return "{\"to\":\"" + to + "\",\"kind\":\"" + kind + "\",\"payload\":" + payload
         + (more.empty() ? "" : "," + more) + "}";
}

} // namespace nested_calls

BOOST_AUTO_TEST_SUITE(nested_calls)

BOOST_AUTO_TEST_CASE(a_worker_gets_the_answer_of_another_pools_worker) {
  node_process node{forwarders("f") + puppets("echo")};
  auto r = node.connect().call("f", "x", via("echo", "echo", "{\"a\":[1,2]}"));
  BOOST_TEST(r["payload"] == "{\"a\":[1,2]}", r);
  BOOST_TEST(r["worker"] == "f.0");
}

BOOST_AUTO_TEST_CASE(calls_go_through_as_many_workers_as_they_like) {
  node_process node{forwarders("f") + forwarders("g") + puppets("echo")};
  auto r = node.connect().call("f", "x",
                               via("g", "y", via("f", "z", via("echo", "echo", "7"))));
  BOOST_TEST(r["error.message"].find("wait for ever") != std::string::npos,
             r); // f has one
  r = node.connect().call("f", "x", via("g", "y", via("echo", "echo", "7")));
  BOOST_TEST(r["payload"] == "7", r);
}

BOOST_AUTO_TEST_CASE(the_errors_of_such_a_call_are_those_of_any_other) {
  node_process node{forwarders("f") + puppets("echo")};
  auto client = node.connect();
  BOOST_TEST(client.call("f", "x", via("nobody", "k"))["error.worker_code"]
             == "pool_not_found");
  BOOST_TEST(client.call("f", "x",
                         via("echo", "error",
                             R"({"code":"e","message":"m"})"))["error.worker_code"]
             == "worker_error");
  BOOST_TEST(client.call("f", "x", "{\"kind\":\"k\"}")["error.worker_code"]
             == "bad_request");
  BOOST_TEST(client.call("f", "x", via("$node", "shutdown"))["error.worker_code"]
             == "forbidden");
  BOOST_TEST(client.call("f", "x", via("echo", "echo", "1"))["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(it_has_no_more_time_than_the_call_it_is_made_for) {
  node_process node{forwarders("f", "window = 4") + puppets("echo", "size = 2")};
  auto client = node.connect();
  client.call("f", "x", via("echo", "echo"));
  auto start = clock::now();
  auto r =
      client.call("f", "x", via("echo", "sleep", "{\"ms\":5000}"), "\"timeout_ms\":300");
  BOOST_TEST((r["error.code"] == "timeout" || r["error.worker_code"] == "timeout"), r);
  BOOST_TEST(elapsed_ms(start) < 3000);
  // Nobody waits for the sleeping call any more: it does not go on.
  BOOST_TEST(eventually([&] {
    return node.operation("pool", "{\"name\":\"echo\"}").number("in_flight") == 0;
  }));
}

BOOST_AUTO_TEST_CASE(when_the_caller_cancels_what_its_worker_asked_for_ends_too) {
  node_process node{forwarders("f") + puppets("echo")};
  auto client = node.connect();
  client.send_call("c1", "f", "x", via("echo", "never"));
  BOOST_REQUIRE(
      eventually([&] { return node.worker("echo.0").number("in_flight") == 1; }));
  client.send_line(R"({"kind":"cancel","request_id":"c1"})");
  BOOST_TEST(client.receive("c1")["error.code"] == "cancelled");
  BOOST_TEST(eventually([&] {
    return node.operation("pool", "{\"name\":\"echo\"}").number("in_flight") == 0;
  }));
}

BOOST_AUTO_TEST_CASE(when_the_worker_dies_its_calls_end_with_it) {
  node_process node{forwarders("f") + puppets("echo")};
  auto client = node.connect();
  client.send_call("c1", "f", "x", via("echo", "never"));
  BOOST_REQUIRE(
      eventually([&] { return node.worker("echo.0").number("in_flight") == 1; }));
  ::kill(node.worker_pid("f.0"), SIGKILL);
  BOOST_TEST(client.receive("c1")["error.code"] == "worker_died");
  BOOST_TEST(eventually([&] {
    return node.operation("pool", "{\"name\":\"echo\"}").number("in_flight") == 0;
  }));
}

BOOST_AUTO_TEST_CASE(a_pool_that_would_wait_for_itself_says_so_at_once) {
  node_process node{forwarders("f", "size = 2") + puppets("echo")};
  auto client = node.connect();
  auto start = clock::now();
  // The other worker is free: that is no deadlock.
  BOOST_TEST(client.call("f", "x", via("f", "y", via("echo", "echo", "1")))["payload"]
             == "1");
  auto r = client.call("f", "x", via("f", "y", via("f", "z", via("echo", "echo"))));
  BOOST_TEST(r["error.code"] == "worker_error");
  BOOST_TEST(r["error.message"].find("wait for ever") != std::string::npos, r);
  BOOST_TEST(elapsed_ms(start) < 5000);
  BOOST_TEST(client.call("f", "x", via("echo", "echo", "2"))["payload"] == "2");
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_lets_running_calls_make_theirs) {
  node_process node{forwarders("f") + forwarders("g") + puppets("echo")};
  auto client = node.connect();
  // A call that still waits for its worker does not run, and is refused by a node that
  // stops.
  client.send_call("c1", "f", "x", via("echo", "sleep", "{\"ms\":300}"));
  BOOST_REQUIRE(
      eventually([&] { return node.worker("echo.0").number("in_flight") == 1; }));
  client.send_call("c2", "g", "x", via("echo", "echo", "5"));
  BOOST_REQUIRE(eventually([&] { return node.worker("g.0").number("in_flight") == 1; }));
  node.signal(SIGTERM);
  BOOST_TEST(client.receive("c1")["error"] == "null");
  BOOST_TEST(client.receive("c2")["payload"] == "5");
}

BOOST_AUTO_TEST_SUITE_END()
