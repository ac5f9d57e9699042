// Proves that what happens in a node can be followed, from now or from a number on, and
// that what was missed is told and never passed over.
#include "tests/program/harness/event_follower.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

BOOST_AUTO_TEST_SUITE(event_stream)

BOOST_AUTO_TEST_CASE(a_follower_sees_workers_come_and_go) {
  node_process node{puppets("echo")};
  auto pid = node.worker_pid("echo.0");
  event_follower f{node, ""};
  BOOST_TEST(f.response.status == 200);
  BOOST_TEST(f.response.headers["content-type"] == "text/event-stream");
  node.connect().call("echo", "die", R"({"exit_code":3})");
  auto gone = f.next("worker_exited");
  BOOST_TEST(gone.data["worker"] == "echo.0");
  BOOST_TEST(gone.data["pid"] == std::to_string(pid));
  BOOST_TEST(gone.data["exit_code"] == "3");
  BOOST_TEST(gone.data["seq"] == std::to_string(gone.id));
  BOOST_TEST(gone.data["kind"] == "worker_exited");
  auto ready = f.next("worker_ready");
  BOOST_TEST(ready.data["pid"] != std::to_string(pid));
  BOOST_TEST(ready.id > gone.id);
}

BOOST_AUTO_TEST_CASE(a_death_that_nobody_asked_for_is_told_apart) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  for (int i = 0; i < 10; ++i) { // whether its output or its end is seen first is chance
    event_follower f{node, ""};
    client.call("echo", "die", "{\"exit_code\":3,\"number\":" + std::to_string(i) + "}");
    BOOST_TEST(f.next("worker_exited").data["expected"] == "false");
    node.operation("restart", R"({"name":"echo"})");
    client.call("echo", "echo");
  }
}

BOOST_AUTO_TEST_CASE(a_failed_call_is_an_event) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  event_follower f{node, ""};
  node.connect().call("echo", "never", "null", "\"timeout_ms\":20");
  auto e = f.next("call_failed");
  BOOST_TEST(e.data["code"] == "timeout");
  BOOST_TEST(e.data["pool"] == "echo");
  BOOST_TEST(e.data["call"] == "never");
}

BOOST_AUTO_TEST_CASE(what_a_worker_announces_is_passed_on) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  event_follower f{node, ""};
  node.connect().call("echo", "announce", R"({"progress":0.5})");
  auto e = f.next("worker_event");
  BOOST_TEST(e.data["payload.progress"] == "5E-1", e.data);
  BOOST_TEST(e.data["worker"] == "echo.0");
}

BOOST_AUTO_TEST_CASE(since_begins_behind_a_number_and_misses_nothing) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  for (int i = 0; i < 20; ++i)
    client.call("echo", "announce", std::to_string(i));
  event_follower all{node, "?since=0"};
  for (int64_t id = 1; id <= 20; ++id)
    BOOST_TEST(all.next().id == id);
  event_follower some{node, "?since=7"};
  BOOST_TEST(some.next().id == 8);
  event_follower again{node, "",
                       "Last-Event-ID: 9\r\n"}; // what a browser sends when it comes back
  BOOST_TEST(again.next().id == 10);
  for (auto bad : {"?since=-1", "?since=x"}) {
    event_follower f{node, bad};
    BOOST_TEST(f.response.status == 400, bad);
  }
}

BOOST_AUTO_TEST_CASE(filters_hold_for_as_long_as_the_stream_does) {
  node_process node{puppets("echo") + puppets("other")};
  node.worker_pid("echo.0");
  node.worker_pid("other.0");
  auto client = node.connect();
  event_follower f{node, "?since=0&kinds=worker_event&workers=echo"};
  for (int i = 0; i < 3; ++i) { // each is an answer of its own
    client.call("other", "announce", "0");
    client.call("other", "die", "{}");
    client.call("echo", "announce", std::to_string(i));
    auto e = f.next();
    BOOST_TEST(e.kind == "worker_event");
    BOOST_TEST(e.data["worker"] == "echo.0");
    BOOST_TEST(e.data["payload"] == std::to_string(i));
  }
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_is_told_as_a_gap) {
  node_process node{puppets("echo", "window = 64\nqueue_limit = 10000")};
  auto client = node.connect();
  constexpr int n = 5000; // more than the node remembers
  constexpr int each = 250;
  for (int sent = 0; sent < n; sent += each) {
    for (int i = 0; i < each; ++i)
      client.send_call(std::to_string(sent + i), "echo", "announce");
    for (int i = 0; i < each; ++i)
      client.receive();
    // On a busy machine EVENTS may be far behind, and then events are dropped: it has all
    // that came before this.
    client.call("$node", "events", R"({"wait":false})");
  }
  event_follower f{node, "?since=3"};
  auto gap = f.next();
  BOOST_TEST(gap.kind == "gap");
  BOOST_TEST(gap.data["from"] == "4");
  auto first = f.next();
  BOOST_TEST(first.id == gap.data.number("to") + 1);
  for (auto expected = first.id + 1; expected <= n; ++expected)
    BOOST_REQUIRE(f.next().id == expected); // from there on there is none
}

BOOST_AUTO_TEST_CASE(the_socket_has_the_same_events) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  auto past = client.call("$node", "events", R"({"since":0})");
  BOOST_TEST(past["payload.events.0.seq"] == "1", past);
  // One who waits is answered with what comes next.
  client.send_call("wait", "$node", "events", "{\"since\":" + past["payload.next"] + "}");
  auto other = node.connect();
  other.call("echo", "announce", "\"news\"");
  BOOST_TEST(client.receive("wait")["payload.events.0.payload"] == "news");
  // And with nothing in time, that is said.
  auto none = client.call("$node", "events", "{\"since\":1000000}", "\"timeout_ms\":50");
  BOOST_TEST(none["payload.events.0.seq"]
             == "1"); // a number from before a restart: all anew
  auto quiet = client.call("$node", "events", "null", "\"timeout_ms\":50");
  BOOST_TEST(quiet["error.code"] == "timeout", quiet);
}

BOOST_AUTO_TEST_SUITE_END()
