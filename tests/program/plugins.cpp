// Proves what is lost when a plugin breaks in the node, as the page about plugins says
// it, and that nothing else is.
#include "tests/program/plugins.hpp"

#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

BOOST_AUTO_TEST_SUITE(plugins)

BOOST_AUTO_TEST_CASE(a_behaviour_of_a_plugin_is_a_worker_in_the_node) {
  node_process node{faulty_pool("options = { a = 1 }"), {.node_keys = loads()}};
  auto client = node.connect();
  BOOST_TEST(client.call("f", "echo", "[1]")["payload"] == "[1]");
  BOOST_TEST(client.call("f", "pid")["payload"] == std::to_string(node.pid()));
  BOOST_TEST(client.call("f", "options")["payload"] == "{\"a\":1}");
  BOOST_TEST(client.call("f", "refuse")["error.code"] == "busy");
  BOOST_TEST(node.worker("f.0")["state"] == "ready");
}

BOOST_AUTO_TEST_CASE(message_types_of_a_plugin_are_known_to_the_actor_system) {
  node_process node{faulty_pool(), {.node_keys = loads()}};
  BOOST_TEST(node.connect().call("f", "knows-its-type")["payload"] == "true");
}

BOOST_AUTO_TEST_CASE(a_throw_ends_its_own_worker_with_the_words_of_the_exception) {
  node_process node{faulty_pool(), {.node_keys = loads()}};
  auto r = node.connect().call("f", "throw");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r["error.message"].find("no such thing") != std::string::npos, r);
  BOOST_TEST(node.connect().call("other", "echo", "1")["payload"] == "1");
  BOOST_TEST(answers_again(node));
}

BOOST_AUTO_TEST_CASE(a_loop_costs_its_worker_and_a_thread_and_holds_up_nobody) {
  node_process node{faulty_pool("exec_timeout = \"300ms\"\nstop_timeout = \"100ms\"\n"
                                "queue_timeout = \"10m\""),
                    {.node_keys = loads() + "\nloops = 1"}};
  auto client = node.connect();
  client.send_call("l", "f", "loop");
  BOOST_TEST(client.receive("l")["error.code"] == "timeout");
  BOOST_TEST(client.call("other", "echo", "1")["payload"] == "1");
  // 10 s pass until the worker is given up.
  client.send_call("next", "f", "echo", "1");
  BOOST_TEST(client.receive("next", 3 * patience)["payload"] == "1");
  BOOST_TEST(client.call("other", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(what_is_leaked_is_lost_until_the_node_ends) {
  node_process node{faulty_pool("restart = { delay = \"0s\" }"), {.node_keys = loads()}};
  auto client = node.connect();
  client.call("f", "echo");
  auto before = resident_kib(node.pid());
  BOOST_TEST(client.call("f", "leak", "1")["payload"] == "1");
  node.operation("restart", "{\"name\":\"f\"}");
  BOOST_TEST(answers_again(node));
  if (!sanitized)
    BOOST_TEST(resident_kib(node.pid()) - before > 60 * 1024);
}

BOOST_AUTO_TEST_CASE(a_crash_ends_the_node_and_its_workers) {
  node_process node{faulty_pool() + puppets("p"),
                    {.node_keys = loads(), .may_die = true}};
  auto worker = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "f", "crash");
  auto status = node.wait();
  BOOST_TEST_REQUIRE(status.has_value());
  BOOST_TEST(*status != 0);
  BOOST_TEST(eventually([&] { return !is_running(worker); }));
}

BOOST_AUTO_TEST_CASE(an_exit_ends_the_node_and_its_workers) {
  node_process node{faulty_pool() + puppets("p"),
                    {.node_keys = loads(), .may_die = true}};
  auto worker = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "f", "exit");
  BOOST_TEST(node.wait().has_value());
  BOOST_TEST(eventually([&] { return !is_running(worker); }));
}

BOOST_AUTO_TEST_SUITE_END()
