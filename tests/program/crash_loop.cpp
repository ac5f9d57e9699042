// Proves that a pool whose workers cannot live is given up for a while: its calls fail at
// once and say why, nobody else notices, and it comes back by itself once the reason is
// gone.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace crash_loop {

struct looping_node {
  looping_node()
    : node(
        puppets(
            "broken",
            "size = 2\nrestart = { delay = \"5ms\", max_delay = \"200ms\", intensity = 3,"
            " period = \"10s\" }",
            {"--needs", folder / "needed"})
        + puppets("fine")) {
    node.worker_pid("fine.0");
  }

  bool is_given_up() {
    return eventually([&] {
      return node.operation("pool", R"({"name":"broken"})")["state"] == "unavailable";
    });
  }

  temporary_folder folder;
  node_process node;
};

} // namespace crash_loop

BOOST_FIXTURE_TEST_SUITE(crash_loop, looping_node)

BOOST_AUTO_TEST_CASE(calls_to_it_fail_at_once_with_the_cause_and_the_last_words) {
  BOOST_REQUIRE(is_given_up());
  auto client = node.connect();
  for (int i = 0; i < 20; ++i) {
    auto start = clock::now();
    auto r = client.call("broken", "echo");
    BOOST_TEST(r["error.code"] == "unavailable", r);
    BOOST_TEST(r["error.retryable"] == "true");
    BOOST_TEST(r["error.cause.code"] == "handshake_failed", r);
    BOOST_TEST(r["error.cause.exit_code"] == "1", r);
    BOOST_TEST(r["error.cause.stderr.0"] == "puppet: what I need is missing", r);
    BOOST_TEST(elapsed_ms(start) < 1000);
  }
  auto h = node.http().post("/api/call/broken/echo");
  BOOST_TEST(h.status == 503);
  BOOST_TEST(!h.headers["retry-after"].empty());
}

BOOST_AUTO_TEST_CASE(the_node_is_not_ready_but_other_pools_are_untouched) {
  BOOST_REQUIRE(is_given_up());
  auto ready = node.http().get("/ready");
  BOOST_TEST(ready.status == 503);
  BOOST_TEST(ready["pools.broken.ready"] == "false");
  BOOST_TEST(ready["pools.broken.error.code"] == "unavailable");
  BOOST_TEST(ready["pools.fine.ready"] == "true");
  BOOST_TEST(node.http().get("/health").status == 200);
  auto client = node.connect();
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(client.call("fine", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.worker("fine.0")["restarts"] == "0");
}

BOOST_AUTO_TEST_CASE(it_is_tried_again_rarely) {
  BOOST_REQUIRE(is_given_up());
  auto restarts = [&] {
    return node.worker("broken.0").number("restarts")
           + node.worker("broken.1").number("restarts");
  };
  auto before = restarts();
  auto start = clock::now();
  BOOST_REQUIRE(eventually([&] { return restarts() >= before + 3; }));
  // One probe at a time, each 200 ms (less a quarter of jitter) after the last.
  BOOST_TEST(elapsed_ms(start) >= 300);
}

BOOST_AUTO_TEST_CASE(it_comes_back_by_itself_when_the_reason_is_gone) {
  BOOST_REQUIRE(is_given_up());
  write_file(folder / "needed", "");
  BOOST_TEST(node.worker_pid("broken.0") > 0); // both, not only the one that was tried
  BOOST_TEST(node.worker_pid("broken.1") > 0);
  BOOST_TEST(node.connect().call("broken", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.http().get("/ready").status == 200);
  auto events = node.operation("events", R"({"since":0})").text;
  auto opened = events.find("\"breaker_opened\"");
  BOOST_TEST(opened != std::string::npos);
  BOOST_TEST(events.find("\"breaker_closed\"", opened) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_restart_by_hand_does_not_wait_for_the_next_try) {
  BOOST_REQUIRE(is_given_up());
  write_file(folder / "needed", "");
  BOOST_TEST(node.operation("restart", R"({"name":"broken"})")["restarted"] == "2");
  BOOST_TEST(node.connect().call("broken", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_worker_that_crashes_in_each_call_is_given_up_too) {
  node_process other{puppets(
      "mortal", "restart = { delay = \"1ms\", max_delay = \"60s\", intensity = 3 }")};
  auto client = other.connect();
  std::string code;
  for (int i = 0; i < 10 && code != "unavailable"; ++i) {
    // Each call is another one: a call that kills again and again is a matter of its own.
    auto payload = "{\"signal\":11,\"number\":" + std::to_string(i) + "}";
    code = client.call("mortal", "die", payload)["error.code"];
    BOOST_TEST((code == "worker_died" || code == "unavailable"), code);
  }
  BOOST_TEST(code == "unavailable");
}

BOOST_AUTO_TEST_SUITE_END()
