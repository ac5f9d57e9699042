// Proves that a call ends in exactly one outcome, with the right code and all that a
// person needs to understand it, whatever its worker does or does not do.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace program;

BOOST_AUTO_TEST_SUITE(seeds)

/// How far from its deadline a caller may be freed.
constexpr int64_t tolerance_ms = sanitized ? 200 : 10;

BOOST_AUTO_TEST_CASE(a_caller_is_freed_at_its_deadline_when_the_worker_never_answers) {
  node_process node{puppets("mute", "size = 2\nabandoned = \"kill\"")};
  node.worker_pid("mute.0");
  auto client = node.connect();
  std::vector<int64_t> late;
  for (int i = 0; i < 5; ++i) {
    auto start = clock::now();
    auto r = client.call("mute", "never", "null", "\"timeout_ms\":150");
    late.push_back(elapsed_ms(start) - 150);
    BOOST_TEST(r["error.code"] == "timeout", r);
    BOOST_TEST(r["error.retryable"] == "true");
    BOOST_TEST(r["error.worker"].substr(0, 5) == "mute.");
    BOOST_TEST(late.back() >= 0); // never before its time
  }
  // The median: this machine has other work, too.
  std::nth_element(late.begin(), late.begin() + 2, late.end());
  BOOST_TEST_MESSAGE("freed " << late[2] << " ms after the deadline");
  BOOST_TEST(late[2] <= tolerance_ms);
}

BOOST_AUTO_TEST_CASE(the_pools_own_limit_ends_a_call_without_a_deadline) {
  node_process node{puppets("mute", "exec_timeout = \"100ms\"")};
  BOOST_TEST(node.connect().call("mute", "never")["error.code"] == "timeout");
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_left_in_a_call_is_replaced_before_the_next) {
  node_process node{puppets("mute", "abandoned = \"kill\"")};
  auto before = node.worker_pid("mute.0");
  auto client = node.connect();
  client.call("mute", "never", "null", "\"timeout_ms\":50");
  auto r = client.call("mute", "echo", "1");
  BOOST_TEST(r["payload"] == "1", r);
  BOOST_TEST(node.worker_pid("mute.0") != before);
  BOOST_TEST(!is_running(before));
}

BOOST_AUTO_TEST_CASE(a_death_by_exit_is_told_with_status_pid_and_last_words) {
  node_process node{puppets("mortal")};
  auto pid = node.worker_pid("mortal.0");
  auto r = node.connect().call("mortal", "die", R"({"exit_code":3,"lines":25})");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r["error.exit_code"] == "3");
  BOOST_TEST(r["error.signal"].empty());
  BOOST_TEST(r["error.pid"] == std::to_string(pid));
  BOOST_TEST(r["error.worker"] == "mortal.0");
  BOOST_TEST(r.count("error.stderr") == 10u);
  BOOST_TEST(r["error.stderr.0"] == "puppet: line 15");
  BOOST_TEST(r["error.stderr.9"] == "puppet: line 24");
}

BOOST_AUTO_TEST_CASE(a_death_by_signal_is_told_with_its_number) {
  node_process node{puppets("mortal")};
  for (int signal : {9, 11}) {
    auto r = node.connect().call("mortal", "die",
                                 "{\"signal\":" + std::to_string(signal) + "}");
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r["error.signal"] == std::to_string(signal));
    BOOST_TEST(r["error.exit_code"].empty());
  }
}

BOOST_AUTO_TEST_CASE(a_death_ends_every_call_in_the_worker_and_no_other) {
  node_process node{puppets("mortal", "size = 2\nwindow = 4")};
  auto victim = node.worker_pid("mortal.0");
  node.worker_pid("mortal.1");
  auto client = node.connect();
  for (int i = 0; i < 3; ++i)
    client.send_call("doomed" + std::to_string(i), "mortal.0", "never");
  client.send_call("safe", "mortal.1", "sleep", R"({"ms":200})");
  client.send_call("fatal", "mortal.0", "die", R"({"exit_code":7})");
  for (auto id : {"doomed0", "doomed1", "doomed2", "fatal"}) {
    auto r = client.receive(id);
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r["error.pid"] == std::to_string(victim));
  }
  BOOST_TEST(client.receive("safe")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_exist_is_told_at_once) {
  node_process node{puppets("echo", "size = 2")};
  auto client = node.connect();
  BOOST_TEST(client.call("echo.2", "echo")["error.code"] == "worker_not_found");
  BOOST_TEST(client.call("nobody", "echo")["error.code"] == "pool_not_found");
  BOOST_TEST(client.call("nobody.0", "echo")["error.code"] == "pool_not_found");
  BOOST_TEST(client.call("echo@beta", "echo")["error.code"] == "not_found");
  BOOST_TEST(client.call("$node", "dance")["error.code"] == "not_found");
}

BOOST_AUTO_TEST_CASE(what_a_worker_answers_as_an_error_reaches_the_caller_whole) {
  node_process node{puppets("echo")};
  auto r = node.connect().call(
      "echo", "error",
      R"({"code":"no_text","message":"text is \"missing\"","field":"text"})");
  BOOST_TEST(r["error.code"] == "worker_error", r);
  BOOST_TEST(r["error.worker_code"] == "no_text");
  BOOST_TEST(r["error.message"] == "text is \"missing\"");
  BOOST_TEST(r["error.field"] == "text");
  BOOST_TEST(r["error.retryable"] == "false");
  BOOST_TEST(r["payload"] == "null");
}

BOOST_AUTO_TEST_CASE(a_second_answer_is_dropped_and_counted) {
  node_process node{puppets("echo")};
  auto client = node.connect();
  BOOST_TEST(client.call("echo", "twice", "\"first\"")["payload"] == "first");
  BOOST_TEST(eventually([&] { return node.worker("echo.0").number("late") == 1; }));
  BOOST_TEST(client.call("echo", "echo", "\"next\"")["payload"] == "next");
}

BOOST_AUTO_TEST_CASE(an_answer_after_the_deadline_is_dropped_and_counted) {
  node_process node{puppets("echo", "window = 2")};
  auto client = node.connect();
  // The call beside it keeps the worker from being ended for the other's sake.
  client.send_call("beside", "echo", "sleep", R"({"ms":400})");
  client.send_call("late", "echo", "late", "\"mine\"", "\"timeout_ms\":50");
  BOOST_TEST(client.receive("late")["error.code"] == "timeout");
  BOOST_TEST(eventually([&] { return node.worker("echo.0").number("late") == 1; }));
  client.send_call("next", "echo", "echo", "\"next\"");
  BOOST_TEST(client.receive("next")["payload"] == "next");
  BOOST_TEST(client.receive("beside")["error"] == "null");
  BOOST_TEST(node.worker("echo.0")["restarts"] == "0");
}

BOOST_AUTO_TEST_CASE(two_clients_with_ten_calls_each_get_twenty_answers_none_crossed) {
  node_process node{puppets("echo", "size = 2\nwindow = 2")};
  socket_client clients[] = {node.connect(), node.connect()};
  for (int c = 0; c < 2; ++c)
    for (int i = 0; i < 10;
         ++i) // the ids are the same on both: they are each client's own
      clients[c].send_call("r" + std::to_string(i), "echo", "sleep",
                           "{\"ms\":" + std::to_string(10 - i)
                               + ",\"client\":" + std::to_string(c)
                               + ",\"call\":" + std::to_string(i) + "}");
  for (int c = 0; c < 2; ++c) {
    std::set<std::string> seen;
    for (int i = 0; i < 10; ++i) {
      auto r = clients[c].receive();
      BOOST_TEST(r["error"] == "null", r);
      BOOST_TEST(r["payload.client"] == std::to_string(c));
      BOOST_TEST("r" + r["payload.call"] == r["request_id"]);
      BOOST_TEST(seen.insert(r["request_id"]).second);
    }
  }
  // One more each: what comes next is its answer, so nothing was left over.
  for (auto& client : clients) {
    client.send_call("last", "echo", "echo");
    BOOST_TEST(client.receive()["request_id"] == "last");
  }
}

BOOST_AUTO_TEST_SUITE_END()
