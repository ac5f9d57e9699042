#pragma once

#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace program {

/// Calls that run at one node for clients of others, and never end by themselves.
class calls_in_flight {
public:
  /// Makes calls to `pool`, which must be of puppets, and waits until they run.
  /// @param at The node that runs the pool.
  calls_in_flight(const test_cluster& nodes, const std::string& pool,
                  const std::string& at) {
    for (auto& from : nodes.names())
      if (from != at && nodes.runs(from)) {
        clients_.push_back(nodes[from].connect());
        for (int i = 0; i < each; ++i)
          clients_.back().send_call(std::to_string(i), pool, "never");
      }
    auto expected = each * static_cast<int>(clients_.size());
    BOOST_REQUIRE(eventually(
        [&] { return nodes[at].worker(pool + ".0").number("in_flight") == expected; }));
  }

  /// Waits until all have ended, in `node_down`. Returns how long that took.
  int64_t await_node_down() {
    auto start = clock::now();
    for (auto& client : clients_)
      for (int i = 0; i < each; ++i) {
        auto r = client.receive(std::to_string(i));
        BOOST_TEST(r["error.code"] == "node_down", r);
        BOOST_TEST(r["error.retryable"] == "true", r);
      }
    return elapsed_ms(start);
  }

private:
  static constexpr int each = 4;

  std::vector<socket_client> clients_;
};

} // namespace program
