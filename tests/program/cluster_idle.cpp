// Proves that a cluster that has nothing to do does nothing.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <thread>

using namespace program;

namespace cluster_idle {

/// What is measured is what happens in this time.
constexpr auto span = 10s;

} // namespace cluster_idle

BOOST_AUTO_TEST_SUITE(cluster_idle)

BOOST_AUTO_TEST_CASE(three_nodes_without_calls_use_next_to_no_processor) {
  test_cluster nodes{{.pools = [](auto& name) { return puppets("only-" + name); },
                      .failure_timeout = 5s}};
  for (auto& name : nodes.names())
    nodes[name].worker_pid("only-" + name + ".0");
  std::map<std::string, int64_t> before;
  for (auto& name : nodes.names())
    before[name] = cpu_ms(nodes[name].pid());
  std::this_thread::sleep_for(span);
  for (auto& name : nodes.names()) {
    auto used = cpu_ms(nodes[name].pid()) - before[name];
    BOOST_TEST_MESSAGE(name << " used " << used << " ms in " << span.count() << " s");
    // What a node uses is measured by scripts/bench (less than 0.3 % of a core). Here,
    // that it does not poll: that would be a hundred times as much.
    if (!sanitized)
      BOOST_TEST(used <= 200);
  }
}

BOOST_AUTO_TEST_SUITE_END()
