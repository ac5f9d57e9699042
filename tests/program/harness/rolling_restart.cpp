#include "tests/program/harness/rolling_restart.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>

namespace program {

load_tally restart_node_by_node(test_cluster& nodes, const load_plan& plan,
                                const std::function<void(const std::string&)>& change) {
  load_tally seen;
  std::map<std::string, std::optional<cluster_load>> loads;
  int begun = 0;
  auto begin = [&](const std::string& at) {
    auto& load = loads[at].emplace(nodes, "c" + std::to_string(begun++) + "-");
    for (int i = 0; i < 2; ++i)
      load.add(at, plan);
    BOOST_REQUIRE(load.goes_on());
  };
  for (auto& name : nodes.names())
    begin(name);
  for (auto& name : nodes.names()) {
    seen.add(loads[name]->finish());
    auto start = clock::now();
    auto r = nodes[name].operation("drain", R"({"node":true,"name":")" + name + "\"}");
    BOOST_TEST(r["leaving"] == "true", r);
    BOOST_REQUIRE(nodes.has_ended(name));
    auto gone = elapsed_ms(start);
    if (change)
      change(name);
    nodes.start(name);
    nodes.await_formed();
    BOOST_TEST_MESSAGE(name << ": gone after " << gone << " ms, back after "
                            << elapsed_ms(start) << " ms");
    begin(name);
  }
  for (auto& name : nodes.names())
    seen.add(loads[name]->finish());
  return seen;
}

} // namespace program
