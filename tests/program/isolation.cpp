// Proves that a worker in trouble is its own trouble: one that is stopped, killed or slow
// costs the calls in it, and nothing of its neighbours.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <csignal>
#include <thread>

using namespace program;

namespace isolation {

/// Makes `n` calls one after the other and returns the 99th percentile in microseconds.
int64_t p99_us(socket_client& client, const std::string& to, size_t n) {
  std::vector<int64_t> us;
  for (size_t i = 0; i < n; ++i) {
    auto start = clock::now();
    auto r = client.call(to, "echo");
    us.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start)
            .count());
    BOOST_REQUIRE_MESSAGE(r["error"] == "null", r);
  }
  auto at = us.begin() + static_cast<std::ptrdiff_t>(n * 99 / 100);
  std::nth_element(us.begin(), at, us.end());
  return *at;
}

/// Returns how often one can sleep for 1 ms in a second, as a worker does for each call.
int64_t sleeps_per_second() {
  int64_t slept = 0;
  auto start = clock::now();
  for (; elapsed_ms(start) < 500; ++slept)
    std::this_thread::sleep_for(1ms);
  return slept * 1000 / elapsed_ms(start);
}

} // namespace isolation

BOOST_AUTO_TEST_SUITE(isolation)

BOOST_AUTO_TEST_CASE(a_stopped_worker_does_not_slow_its_neighbours) {
  constexpr size_t n = sanitized ? 200 : 2000;
  node_process node{puppets("pair", "size = 2") + puppets("other")};
  auto victim = node.worker_pid("pair.0");
  node.worker_pid("pair.1");
  node.worker_pid("other.0");
  auto client = node.connect();
  auto pair_before = p99_us(client, "pair.1", n);
  auto other_before = p99_us(client, "other", n);

  // The call in it is how the node meets the stop; one that is idle would be given the
  // next.
  auto stuck = node.connect();
  stuck.send_call("stuck", "pair.0", "stop_self");
  BOOST_REQUIRE(
      eventually([&] { return process_status(victim, "State").substr(0, 1) == "T"; }));
  auto pair_after = p99_us(client, "pair", n);
  auto other_after = p99_us(client, "other", n);
  BOOST_TEST_MESSAGE("p99 of the neighbour " << pair_before << " -> " << pair_after
                                             << " us, of another pool " << other_before
                                             << " -> " << other_after << " us");
  // A neighbour that paid would pay whole timeouts. The margin is for a busy machine.
  BOOST_TEST(pair_after <= 3 * pair_before + 5000);
  BOOST_TEST(other_after <= 3 * other_before + 5000);

  ::kill(victim, SIGCONT);
  BOOST_TEST(stuck.receive("stuck")["error"] == "null"); // it was only delayed
}

BOOST_AUTO_TEST_CASE(a_killed_worker_costs_the_calls_in_it_and_is_back_within_a_second) {
  node_process node{puppets("pair", "size = 2")};
  auto victim = node.worker_pid("pair.0");
  node.worker_pid("pair.1");
  auto client = node.connect();
  size_t sent = 0;
  size_t failed = 0;
  size_t settled = 0;
  auto send_one = [&] {
    client.send_call("r" + std::to_string(sent++), "pair", "sleep", R"({"ms":5})");
  };
  auto receive_one = [&] {
    auto r = client.receive();
    ++settled;
    if (r["error"] == "null")
      return;
    ++failed;
    BOOST_TEST(r["error.code"] == "worker_died", r);
  };
  while (sent < 16)
    send_one();
  for (int i = 0; i < 50; ++i) {
    receive_one();
    send_one();
  }
  ::kill(victim, SIGKILL);
  auto killed = clock::now();
  int64_t back_ms = -1;
  while (elapsed_ms(killed) < 1500) {
    receive_one();
    send_one();
    auto w = back_ms < 0 ? node.worker("pair.0") : reply{};
    if (w.number("pid") > 0 && w.number("pid") != victim && w["state"] != "starting"
        && back_ms < 0)
      back_ms = elapsed_ms(killed);
  }
  while (settled < sent)
    receive_one();
  BOOST_TEST_MESSAGE("two workers again after " << back_ms << " ms, " << failed
                                                << " calls failed");
  BOOST_TEST(failed <= 1u); // with window 1 there was at most one call in it
  BOOST_TEST(back_ms >= 0);
  BOOST_TEST(back_ms <= 1000);
}

BOOST_AUTO_TEST_CASE(a_slow_worker_does_not_hold_the_calls_that_a_fast_one_could_take,
                     *boost::unit_test::enable_if<!sanitized>()) {
  node_process node{
      puppets("mixed", "size = 2",
              {"--name", "{worker}", "--delay", "mixed.0=50", "--delay", "mixed.1=1"})};
  node.worker_pid("mixed.0");
  node.worker_pid("mixed.1");
  auto client = node.connect();
  size_t sent = 0;
  auto send_one = [&] { client.send_call(std::to_string(sent++), "mixed", "echo"); };
  while (sent < 8)
    send_one();
  auto per_second = [&] {
    int64_t answered = 0;
    auto start = clock::now();
    for (; elapsed_ms(start) < 2000; ++answered) {
      BOOST_REQUIRE(client.receive()["error"] == "null");
      send_one();
    }
    return answered * 1000 / elapsed_ms(start);
  };
  // On an idle machine the fast one alone does some 900 a second; dealt out blindly it
  // would be
  // 40. The best of three counts, beside what sleeping 1 ms at a time takes just then.
  int64_t best = 0;
  int64_t bar = 850;
  for (int i = 0; i < 3 && best < bar; ++i) {
    bar = std::min<int64_t>(bar, sleeps_per_second() * 9 / 10);
    best = std::max(best, per_second());
  }
  BOOST_TEST_MESSAGE(best << " calls/s, bar " << bar);
  BOOST_TEST(best >= bar);
}

BOOST_AUTO_TEST_SUITE_END()
