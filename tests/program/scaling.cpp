// Proves that an elastic pool follows its load.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace scaling {

size_t workers(const node_process& node) {
  return node.operation("workers").count("");
}

} // namespace scaling

BOOST_AUTO_TEST_SUITE(scaling)

BOOST_AUTO_TEST_CASE(a_pool_from_0_boots_its_first_worker_for_its_first_call) {
  node_process node{puppets("a", "size = { min = 0, max = 2, idle = \"150ms\" }")};
  BOOST_TEST(workers(node) == 0u);
  BOOST_TEST(node.http().get("/ready").status == 200); // it can take a call
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
  BOOST_TEST(workers(node) == 1u);
  BOOST_TEST(eventually([&] { return workers(node) == 0; }));
  BOOST_TEST(node.connect().call("a.1", "echo", "2")["payload"] == "2");
}

BOOST_AUTO_TEST_CASE(the_first_call_of_a_pool_that_cannot_boot_says_why) {
  node_process node{pool_of(
      "a", {"false"}, "size = { min = 0, max = 2 }\nrestart = { delay = \"20s\" }")};
  auto r = node.connect().call("a", "echo");
  BOOST_TEST(r["error.code"] == "handshake_failed", r);
}

BOOST_AUTO_TEST_CASE(
    calls_that_wait_bring_workers_up_to_the_most_and_idleness_takes_them) {
  node_process node{puppets("a", "size = { min = 1, max = 3, idle = \"200ms\" }")};
  node.worker_pid("a.0");
  auto client = node.connect();
  BOOST_TEST(client.call("a", "echo")["error"] == "null");
  BOOST_TEST(workers(node) == 1u); // one call at a time never waits
  for (int i = 0; i < 12; ++i)
    client.send_call("c" + std::to_string(i), "a", "sleep", "{\"ms\":400}");
  BOOST_TEST(eventually([&] { return workers(node) == 3; }));
  for (int i = 0; i < 12; ++i)
    BOOST_TEST(client.receive()["error"] == "null");
  BOOST_TEST(workers(node) <= 3u);
  BOOST_TEST(eventually([&] { return workers(node) == 1; }));
  BOOST_TEST(client.call("a", "echo")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(load_that_comes_and_goes_loses_no_call) {
  node_process node{puppets("a", "size = { min = 0, max = 4, idle = \"1ms\" }")};
  auto client = node.connect();
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 4; ++j)
      client.send_call("c", "a", "sleep", "{\"ms\":2}");
    for (int j = 0; j < 4; ++j) {
      auto r = client.receive();
      BOOST_TEST(r["error"] == "null", r);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
