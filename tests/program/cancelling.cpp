// Proves that a call nobody waits for any more is taken back, however its caller went: by
// a cancel line or by closing the connection, while it waited or while it ran.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/stopped_worker.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace cancelling {

struct cancel_node : node_process {
  cancel_node()
    : node_process(puppets("polite", "window = 2", {"--cancel"})
                   + puppets("single", "abandoned = \"kill\"")) {
    worker_pid("polite.0");
    worker_pid("single.0");
  }
  socket_client client = connect();

  /// Waits until `worker` has `n` calls in it.
  bool holds(const std::string& name, int n) {
    return eventually([&] { return worker(name).number("in_flight") == n; });
  }

  /// Waits until `pool` has `n` calls waiting.
  bool has_waiting(const std::string& pool, int n) {
    return eventually([&] {
      return operation("pool", "{\"name\":\"" + pool + "\"}").number("waiting") == n;
    });
  }

  /// Waits until the worker itself says that it saw `n` cancels.
  bool saw_cancels(int n) {
    return eventually(
        [&] { return client.call("polite", "stats").number("payload.cancelled") == n; });
  }
};

} // namespace cancelling

BOOST_FIXTURE_TEST_SUITE(cancelling, cancel_node)

BOOST_AUTO_TEST_CASE(a_cancelled_call_that_runs_ends_at_once_and_its_worker_is_told) {
  auto pid = worker_pid("polite.0");
  client.send_call("c", "polite", "never");
  BOOST_REQUIRE(holds("polite.0", 1));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(saw_cancels(1));
  BOOST_TEST(holds("polite.0", 0));
  BOOST_TEST(worker_pid("polite.0") == pid); // it obeyed, so it lives
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_that_waits_never_starts) {
  auto pid = worker_pid("single.0");
  client.send_call("running", "single", "stop_self");
  stopped_worker busy{pid};
  client.send_call("waiting", "single", "echo");
  client.send_line(R"({"kind":"cancel","request_id":"waiting"})");
  BOOST_TEST(client.receive("waiting")["error.code"] == "cancelled");
  busy.go_on();
  BOOST_TEST(client.receive("running")["error"] == "null");
  // The worker counts what reached it: the call that ran, and this one.
  BOOST_TEST(client.call("single", "stats").number("payload.calls") == 2);
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_cancel_is_replaced) {
  auto before = worker_pid("single.0");
  client.send_call("c", "single", "never");
  BOOST_REQUIRE(holds("single.0", 1));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(client.call("single", "echo", "1")["payload"] == "1");
  BOOST_TEST(worker_pid("single.0") != before);
  BOOST_TEST(!is_running(before));
}

BOOST_AUTO_TEST_CASE(a_cancel_for_a_call_that_is_over_or_unknown_does_nothing) {
  client.send_call("c", "polite", "echo");
  client.receive("c");
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  client.send_line(R"({"kind":"cancel","request_id":"nobody"})");
  client.send_call("last", "polite", "echo");
  BOOST_TEST(client.receive()["request_id"] == "last");
}

BOOST_AUTO_TEST_CASE(one_client_cannot_cancel_the_call_of_another) {
  auto other = connect();
  client.send_call("same", "polite", "sleep", R"({"ms":200})");
  BOOST_REQUIRE(holds("polite.0", 1));
  other.send_line(R"({"kind":"cancel","request_id":"same"})");
  BOOST_TEST(client.receive("same")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(closing_a_socket_cancels_what_runs_in_it) {
  auto other = connect();
  other.send_call("c", "polite", "never");
  BOOST_REQUIRE(holds("polite.0", 1));
  other.close();
  BOOST_TEST(saw_cancels(1));
  BOOST_TEST(holds("polite.0", 0));
}

BOOST_AUTO_TEST_CASE(closing_a_socket_takes_back_what_waits_in_it) {
  client.send_call("running", "single", "sleep", R"({"ms":500})");
  BOOST_REQUIRE(holds("single.0", 1));
  auto other = connect();
  for (int i = 0; i < 5; ++i)
    other.send_call(std::to_string(i), "single", "echo");
  BOOST_REQUIRE(has_waiting("single", 5));
  other.close();
  BOOST_TEST(has_waiting("single", 0));
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST(client.call("single", "stats").number("payload.calls") == 2);
}

BOOST_AUTO_TEST_CASE(a_client_that_stops_sending_and_then_goes_is_cancelled) {
  auto other = connect();
  other.send_call("c", "polite", "never");
  other.stream().shut_down_writing();
  BOOST_REQUIRE(holds("polite.0", 1));
  other.close();
  BOOST_TEST(saw_cancels(1));
}

BOOST_AUTO_TEST_CASE(closing_an_http_connection_cancels_what_runs_in_it) {
  auto browser = http();
  browser.send_request("POST", "/api/call/polite/never");
  BOOST_REQUIRE(holds("polite.0", 1));
  browser.close();
  BOOST_TEST(saw_cancels(1));
  BOOST_TEST(holds("polite.0", 0));
}

BOOST_AUTO_TEST_CASE(closing_an_http_connection_takes_back_what_waits_in_it) {
  client.send_call("running", "single", "sleep", R"({"ms":500})");
  BOOST_REQUIRE(holds("single.0", 1));
  auto browser = http();
  browser.send_request("POST", "/api/call/single/echo");
  browser.send_request("POST", "/api/call/single/echo"); // pipelined
  BOOST_REQUIRE(has_waiting("single", 2));
  browser.close();
  BOOST_TEST(has_waiting("single", 0));
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST(client.call("single", "stats").number("payload.calls") == 2);
}

BOOST_AUTO_TEST_SUITE_END()
