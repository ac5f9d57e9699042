// Proves that many open connections cost those who use theirs nothing, and nothing at all
// once they are closed.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>

using namespace program;

namespace crowd {

constexpr size_t many = sanitized ? 200 : 1000;

/// Returns the median of `n` calls in microseconds.
int64_t median_us(socket_client& client, size_t n) {
  std::vector<int64_t> us;
  for (size_t i = 0; i < n; ++i) {
    auto start = clock::now();
    BOOST_REQUIRE(client.call("echo", "echo")["error"] == "null");
    us.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start)
            .count());
  }
  std::nth_element(us.begin(), us.begin() + static_cast<std::ptrdiff_t>(n / 2), us.end());
  return us[n / 2];
}

} // namespace crowd

BOOST_AUTO_TEST_SUITE(crowd)

BOOST_AUTO_TEST_CASE(a_thousand_open_connections_of_each_kind_do_not_slow_a_call) {
  node_process node{puppets("echo", "queue_limit = 10000")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  auto before_us = median_us(client, 200);
  auto descriptors_before = descriptors(node.pid()).size();
  auto kib_before = resident_kib(node.pid());
  {
    std::deque<socket_client> sockets;
    std::deque<http_client> https;
    for (size_t i = 0; i < many; ++i) {
      sockets.push_back(node.connect());
      https.push_back(node.http());
    }
    // Each of them has been used, so that each is known to the node.
    for (size_t i = 0; i < many; ++i) {
      BOOST_REQUIRE(sockets[i].call("echo", "echo", "1")["payload"] == "1");
      BOOST_REQUIRE(https[i].post("/api/call/echo/echo", "1").status == 200);
    }
    auto after_us = median_us(client, 200);
    BOOST_TEST_MESSAGE("a call took " << before_us << " us alone, " << after_us
                                      << " us beside " << 2 * many << " connections of "
                                      << (resident_kib(node.pid()) - kib_before)
                                             / static_cast<int64_t>(2 * many)
                                      << " KiB each");
    BOOST_TEST(after_us < 3 * before_us + 10'000);
    // All at once: everybody is answered.
    for (auto& s : sockets)
      s.send_call("all", "echo", "echo", "2");
    for (auto& h : https)
      h.send_request("POST", "/api/call/echo/echo", "3");
    size_t answered = 0;
    for (auto& s : sockets)
      answered += s.receive("all")["payload"] == "2";
    for (auto& h : https)
      answered += h.read_response()["payload"] == "3";
    BOOST_TEST(answered == 2 * many);
  }
  BOOST_TEST(
      eventually([&] { return descriptors(node.pid()).size() <= descriptors_before; }));
}

BOOST_AUTO_TEST_SUITE_END()
