// Proves that pools that stand before others do their work in a node: caches, rate
// limits, routers and mirrors.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace pool_fronts {

/// Returns a pool of `behaviour`.
/// @param options What stands within the braces of `options`.
std::string front(const std::string& name, const std::string& behaviour,
                  const std::string& of, const std::string& options = {}) {
  return "[pool." + name + "]\nbehaviour = \"" + behaviour + "\"\n"
         + (of.empty() ? "" : "of = \"" + of + "\"\n") + "options = { " + options
         + " }\n";
}

/// Returns how many calls the only worker of a pool of puppets has had, this one too.
int64_t calls_of(const node_process& node, const std::string& pool) {
  return node.connect().call(pool, "stats").number("payload.calls");
}

reply counts_of(const node_process& node, const std::string& name) {
  return node.connect().call(name, "$stats");
}

} // namespace pool_fronts

BOOST_AUTO_TEST_SUITE(pool_fronts)

BOOST_AUTO_TEST_CASE(a_cache_asks_the_pool_once_for_equal_calls) {
  node_process node{puppets("p") + front("c", "cache", "p")};
  auto client = node.connect();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(client.call("c", "echo", "{\"n\":1}")["payload"] == "{\"n\":1}");
  BOOST_TEST(client.call("c", "echo", "{\"n\":2}")["payload"] == "{\"n\":2}");
  auto counted = counts_of(node, "c");
  BOOST_TEST(counted.number("payload.hits") == 2, counted);
  BOOST_TEST(counted.number("payload.misses") == 2, counted);
  BOOST_TEST(calls_of(node, "p") == 3); // with the one that asks
}

BOOST_AUTO_TEST_CASE(equal_calls_at_one_time_wait_for_one_call) {
  node_process node{puppets("p") + front("c", "cache", "p")};
  auto client = node.connect();
  for (int i = 0; i < 5; ++i)
    client.send_call(std::to_string(i), "c", "sleep", "{\"ms\":300}");
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(client.receive(std::to_string(i))["payload"] == "{\"ms\":300}");
  BOOST_TEST(calls_of(node, "p") == 2);
}

BOOST_AUTO_TEST_CASE(a_cache_keeps_no_errors) {
  node_process node{puppets("p") + front("c", "cache", "p")};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(
        client.call("c", "error", R"({"code":"e","message":"m"})")["error.worker_code"]
        == "e");
  BOOST_TEST(calls_of(node, "p") == 3);
}

BOOST_AUTO_TEST_CASE(a_rate_limit_refuses_one_key_and_lets_another_pass) {
  node_process node{
      puppets("p")
      + front("r", "rate-limit", "p", "rate = 0.001, burst = 2, pointer = \"/user\"")};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(client.call("r", "echo", "{\"user\":\"a\"}")["error"] == "null");
  auto refused = client.call("r", "echo", "{\"user\":\"a\"}");
  BOOST_TEST(refused["error.code"] == "busy", refused);
  BOOST_TEST(refused.number("error.retry_after_ms") > 0, refused);
  BOOST_TEST(client.call("r", "echo", "{\"user\":\"b\"}")["error"] == "null");
  BOOST_TEST(counts_of(node, "r").number("payload.refused") == 1);
}

BOOST_AUTO_TEST_CASE(a_router_chooses_the_pool_by_the_payload) {
  node_process node{
      puppets("p") + puppets("q")
      + front("r", "router", "p", "pointer = \"/region\", routes = { eu = \"q\" }")};
  auto client = node.connect();
  for (auto region : {"eu", "eu", "us"})
    BOOST_TEST(
        client.call("r", "echo", "{\"region\":\"" + std::string{region} + "\"}")["worker"]
        == "r.0");
  BOOST_TEST(calls_of(node, "q") == 3); // with the one that asks
  BOOST_TEST(calls_of(node, "p") == 2);
}

BOOST_AUTO_TEST_CASE(a_mirror_sends_a_copy_and_answers_from_the_pool) {
  node_process node{puppets("p") + puppets("q")
                    + front("m", "mirror", "p", "to = \"q\"")};
  auto client = node.connect();
  BOOST_TEST(client.call("m", "echo", "7")["payload"] == "7");
  BOOST_TEST(
      eventually([&] { return counts_of(node, "m").number("payload.results") == 1; }));
  BOOST_TEST(calls_of(node, "q") == 2);
}

BOOST_AUTO_TEST_CASE(fronts_stand_before_fronts) {
  node_process node{puppets("p") + front("c", "cache", "p")
                    + front("r", "rate-limit", "c", "rate = 0.001, burst = 2")};
  auto client = node.connect();
  BOOST_TEST(client.call("r", "echo", "1")["payload"] == "1");
  BOOST_TEST(client.call("r", "echo", "1")["payload"] == "1");
  BOOST_TEST(client.call("r", "echo", "1")["error.code"] == "busy");
  BOOST_TEST(calls_of(node, "p") == 2);
}

BOOST_AUTO_TEST_CASE(a_pool_that_dies_behind_a_front_is_told_to_its_caller) {
  node_process node{puppets("p") + front("c", "cache", "p")};
  auto r = node.connect().call("c", "die", "{\"exit_code\":3}");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(node.worker("c.0")["state"] == "ready");
}

BOOST_AUTO_TEST_SUITE_END()
