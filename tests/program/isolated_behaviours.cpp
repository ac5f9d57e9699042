// Proves that a plugin which breaks in a process of its own costs its worker alone, and
// that a behaviour can do there what it can do in the node.
#include "tests/program/harness/processes.hpp"
#include "tests/program/plugins.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace isolated_behaviours {

std::string isolated(const std::string& keys = {}) {
  return faulty_pool("isolate = true\n" + keys);
}

/// A node with the isolated pool `f`. Its end must be in order, whatever happens.
struct node_with_plugin : node_process {
  explicit node_with_plugin(const std::string& keys = {}, const std::string& pools = {})
    : node_process(isolated(keys) + pools, {.node_keys = loads()}) {}
};

} // namespace isolated_behaviours

BOOST_AUTO_TEST_SUITE(isolated_behaviours)

BOOST_AUTO_TEST_CASE(an_isolated_behaviour_is_a_process_with_the_options_of_its_pool) {
  node_with_plugin node{R"(options = { a = "{pool}", b = [true] })"};
  auto client = node.connect();
  BOOST_TEST(client.call("f", "echo", "[1]")["payload"] == "[1]");
  BOOST_TEST(client.call("f", "pid")["payload"]
             == std::to_string(node.worker_pid("f.0")));
  BOOST_TEST(node.worker_pid("f.0") != node.pid());
  BOOST_TEST(client.call("f", "options")["payload"] == R"({"a":"{pool}","b":[true]})");
  BOOST_TEST(client.call("f", "knows-its-type")["payload"] == "true");
  BOOST_TEST(node.worker("f.0")["program"] == "faulty");
}

BOOST_AUTO_TEST_CASE(an_error_that_it_answers_is_an_error_of_the_worker) {
  node_with_plugin node;
  auto r = node.connect().call("f", "refuse");
  BOOST_TEST(r["error.code"] == "worker_error", r);
  BOOST_TEST(r["error.worker_code"] == "busy");
  BOOST_TEST(r["error.message"] == "not now");
}

BOOST_AUTO_TEST_CASE(a_throw_ends_the_worker_and_its_words_are_in_the_error) {
  node_with_plugin node;
  auto r = node.connect().call("f", "throw");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r["error.stderr"].find("no such thing") != std::string::npos, r);
  BOOST_TEST(answers_again(node));
}

BOOST_AUTO_TEST_CASE(a_crash_costs_its_worker_alone) {
  node_with_plugin node;
  auto r = node.connect().call("f", "crash");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  if (!sanitized)
    BOOST_TEST(r.number("error.signal") == 11, r);
  BOOST_TEST(node.connect().call("other", "echo", "1")["payload"] == "1");
  BOOST_TEST(answers_again(node));
}

BOOST_AUTO_TEST_CASE(an_exit_costs_its_worker_alone) {
  node_with_plugin node;
  auto r = node.connect().call("f", "exit");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r.number("error.exit_code") == 3, r);
  BOOST_TEST(answers_again(node));
}

BOOST_AUTO_TEST_CASE(an_endless_loop_is_killed_and_replaced) {
  node_with_plugin node{"exec_timeout = \"300ms\""};
  auto first = node.worker_pid("f.0");
  BOOST_TEST(node.connect().call("f", "loop")["error.code"] == "timeout");
  BOOST_TEST(answers_again(node));
  BOOST_TEST(!is_running(first));
}

BOOST_AUTO_TEST_CASE(a_behaviour_that_hangs_answers_no_ping_and_is_replaced) {
  node_with_plugin node{"heartbeat = { every = \"50ms\", timeout = \"2s\" }"};
  auto first = node.worker_pid("f.0");
  BOOST_TEST(node.connect().call("f", "hang", "1")["payload"] == "1");
  BOOST_TEST(eventually([&] { return !is_running(first); }));
  BOOST_TEST(answers_again(node));
}

BOOST_AUTO_TEST_CASE(a_leak_is_given_back_with_the_worker) {
  node_with_plugin node{"recycle = { memory = \"128MiB\", jitter = 0 }"};
  auto client = node.connect();
  auto first = node.worker_pid("f.0");
  auto before = resident_kib(node.pid());
  for (int i = 0; i < 3; ++i)
    client.call("f", "leak");
  BOOST_TEST(eventually([&] { return node.worker("f.0").number("replacements") > 0; }));
  BOOST_TEST(eventually([&] { return !is_running(first); }));
  BOOST_TEST(answers_again(node));
  if (!sanitized)
    BOOST_TEST(resident_kib(node.pid()) - before < 64 * 1024);
}

BOOST_AUTO_TEST_CASE(what_it_prints_is_its_log_and_no_line_of_the_protocol) {
  node_with_plugin node;
  auto client = node.connect();
  BOOST_TEST(client.call("f", "print", "1")["payload"] == "1");
  BOOST_TEST(eventually([&] {
    return node.errors().find("this is no line of a protocol") != std::string::npos;
  }));
  BOOST_TEST(node.worker("f.0").number("stray") == 0);
}

BOOST_AUTO_TEST_CASE(its_log_and_its_events_reach_the_node) {
  node_with_plugin node;
  auto client = node.connect();
  BOOST_TEST(client.call("f", "say", "1")["payload"] == "1");
  BOOST_TEST(eventually([&] { return node.errors().find("said") != std::string::npos; }));
  BOOST_TEST(eventually([&] {
    auto events = client.call("$node", "events", R"({"since":0,"wait":false})");
    return events.text.find("\"said\":1") != std::string::npos;
  }));
}

BOOST_AUTO_TEST_CASE(parts_of_a_result_come_if_the_caller_wants_them) {
  node_with_plugin node;
  auto client = node.connect();
  BOOST_TEST(client.call("f", "parts")["payload"] == "all at once");
  client.send_call("s", "f", "parts", "null", "\"stream\":true");
  for (auto part : {"2", "1", "0"})
    BOOST_TEST(client.receive("s")["payload"] == part);
  BOOST_TEST(client.receive("s")["payload"] == "done");
}

BOOST_AUTO_TEST_CASE(a_call_is_passed_on_to_another_pool) {
  node_with_plugin node{"of = \"other\""};
  auto r = node.connect().call("f", "pass", "{\"deep\":true}");
  BOOST_TEST(r["payload"] == "{\"deep\":true}", r);
}

BOOST_AUTO_TEST_CASE(a_call_without_a_caller_is_cancelled_in_it) {
  node_with_plugin node;
  auto client = node.connect();
  auto first = node.worker_pid("f.0");
  client.send_call("w", "f", "wait");
  BOOST_TEST(eventually([&] { return node.worker("f.0").number("in_flight") == 1; }));
  client.send_line(R"({"kind":"cancel","request_id":"w"})");
  BOOST_TEST(client.receive("w")["error.code"] == "cancelled");
  BOOST_TEST(client.call("f", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.worker_pid("f.0") == first);
}

BOOST_AUTO_TEST_CASE(a_stop_lets_a_running_call_end) {
  node_with_plugin node{"window = 2"};
  auto client = node.connect();
  client.send_call("w", "f", "wait", "null", "\"timeout_ms\":1500");
  BOOST_TEST(eventually([&] { return node.worker("f.0").number("in_flight") == 1; }));
  BOOST_TEST((node.terminate() == 0));
}

BOOST_AUTO_TEST_SUITE_END()
