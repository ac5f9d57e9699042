// Proves that a pool of workers that are actors of the node is called, changed and
// removed as any other.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <iterator>

using namespace program;

namespace behaviours {

std::string echoes(const std::string& name, const std::string& keys = {}) {
  return "[pool." + name + "]\nbehaviour = \"echo\"\n" + keys + "\n";
}

} // namespace behaviours

BOOST_AUTO_TEST_SUITE(behaviours)

BOOST_AUTO_TEST_CASE(a_behaviour_answers_calls_by_its_own_worker) {
  node_process node{echoes("e")};
  auto r = node.connect().call("e", "any", "{\"a\":[1,2]}");
  BOOST_TEST(r["payload"] == "{\"a\":[1,2]}", r);
  BOOST_TEST(r["worker"] == "e.0");
  BOOST_TEST(node.worker("e.0")["state"] == "ready");
}

BOOST_AUTO_TEST_CASE(the_calls_of_a_worker_process_reach_a_behaviour) {
  node_process node{echoes("e")
                    + pool_of("f", {"python3", EXAMPLES_FOLDER "/workers/forward.py"})};
  auto r =
      node.connect().call("f", "x", R"({"to":"e","kind":"k","payload":{"deep":true}})");
  BOOST_TEST(r["payload"] == "{\"deep\":true}", r);
}

BOOST_AUTO_TEST_CASE(a_reload_adds_resizes_and_removes_behaviours) {
  temporary_folder folder;
  node_process node{echoes("old") + echoes("grows"), {.config_folder = folder.path()}};
  auto file = folder.path() + "/troupe.toml";
  std::ifstream in{file};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::ofstream{file} << text.substr(0, text.find("[pool."))
                      << echoes("grows", "size = 2") << echoes("fresh");
  auto client = node.connect();
  auto r = client.call("$node", "reload");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(client.call("fresh", "k", "1")["payload"] == "1");
  BOOST_TEST(client.call("old", "k")["error.code"] == "pool_not_found");
  BOOST_TEST(eventually([&] { return node.worker("grows.1")["state"] == "ready"; }));
}

BOOST_AUTO_TEST_CASE(workers_of_a_behaviour_are_replaced_after_their_jobs) {
  node_process node{echoes("e", "recycle = { jobs = 2, jitter = 0 }")};
  auto client = node.connect();
  for (int i = 0; i < 6; ++i)
    BOOST_TEST(client.call("e", "k", std::to_string(i))["payload"] == std::to_string(i));
  BOOST_TEST(eventually([&] { return node.worker("e.0")["state"] == "ready"; }));
}

BOOST_AUTO_TEST_CASE(a_payload_of_4_mib_comes_back_as_it_was) {
  node_process node{echoes("e")};
  auto payload = '"' + std::string(4 * 1024 * 1024, 'x') + '"';
  auto r = node.connect().call("e", "k", payload);
  BOOST_TEST((r["payload"] == std::string(4 * 1024 * 1024, 'x')));
}

BOOST_AUTO_TEST_SUITE_END()
