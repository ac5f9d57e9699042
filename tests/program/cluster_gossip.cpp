// Proves that what nodes tell one another of their load stays small when all of it
// changes. Counts bytes where network namespaces can be made: as root, with `ip` and
// `nft`.
#include "tests/program/harness/cluster_load.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>
#include <thread>
#include <vector>

using namespace program;

namespace cluster_gossip {

/// What is counted is what is sent in this time.
constexpr auto span = 10s;

constexpr int pools_each = 67; // two hundred at three nodes

std::string many_pools(const std::string& node) {
  std::string all;
  for (int i = 0; i < pools_each; ++i)
    all += puppets(node + "-" + std::to_string(i), "window = 2");
  return all;
}

} // namespace cluster_gossip

BOOST_AUTO_TEST_SUITE(cluster_gossip)

BOOST_AUTO_TEST_CASE(what_nodes_tell_of_two_hundred_busy_pools_is_little) {
  if (auto why = network_namespaces::why_not(); !why.empty()) {
    std::cerr << "\n*** SKIPPED: bytes between nodes are NOT counted here: " << why
              << " ***\n\n";
    return;
  }
  network_namespaces network{3};
  test_cluster nodes{{.pools = many_pools,
                      .failure_timeout = 5s,
                      .keys = [](auto&) { return "insecure = true\n"; },
                      .network = &network}};
  cluster_load load{nodes};
  for (auto& name : nodes.names()) {
    load_plan plan{.to = {}, .outstanding = 100};
    for (int i = 0; i < pools_each; ++i) // of the node itself: nothing else is sent
      plan.to.push_back(name + "-" + std::to_string(i));
    load.add(name, plan);
  }
  BOOST_REQUIRE(load.goes_on(3 * pools_each));
  std::vector<int64_t> before;
  for (int number = 1; number <= 3; ++number)
    before.push_back(network.sent_bytes(number));
  auto start = clock::now();
  std::this_thread::sleep_for(span);
  for (int number = 1; number <= 3; ++number) {
    auto sent = network.sent_bytes(number) - before[static_cast<size_t>(number) - 1];
    auto kb_a_second = sent / elapsed_ms(start);
    BOOST_TEST_MESSAGE("node " << number << " sent " << kb_a_second << " KB/s");
    BOOST_TEST(kb_a_second < 100);
  }
  auto seen = load.finish();
  BOOST_TEST(seen.ends["result"] == seen.sent, seen.first_complaint);
}

BOOST_AUTO_TEST_SUITE_END()
