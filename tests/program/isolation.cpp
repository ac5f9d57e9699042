// Proves that a worker in trouble is its own trouble: one that is stopped, killed or slow
// costs the calls in it, and nothing of its neighbours.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <vector>

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

/// Returns `p99_us`. If that is more than `most`, the best of three counts: what goes on
/// beside the test spoils some of them.
int64_t best_p99_us(socket_client& client, const std::string& to, size_t n,
                    int64_t most) {
  auto best = p99_us(client, to, n);
  for (int i = 1; i < 3 && best > most; ++i)
    best = std::min(best, p99_us(client, to, n));
  return best;
}

/// Calls of 5 ms to the pool `pair`, sixteen at a time.
class steady_load {
public:
  explicit steady_load(const node_process& node)
    : node_(node)
    , client_(node.connect()) {
    while (sent_ < 16)
      send_one();
  }

  /// Receives so many answers, and sends as many calls.
  void go_on(int n) {
    for (; n > 0; --n) {
      receive_one();
      send_one();
    }
  }
  void end() {
    while (settled_ < sent_)
      receive_one();
  }

  /// Kills the worker `pair.0`. Returns after how many milliseconds there was another.
  int64_t kill_worker() {
    go_on(50);
    auto victim = node_.worker_pid("pair.0");
    ::kill(victim, SIGKILL);
    auto killed = clock::now();
    auto is_back = [&] {
      auto w = node_.worker("pair.0");
      return w.number("pid") > 0 && w.number("pid") != victim && w["state"] != "starting";
    };
    while (!is_back()) {
      BOOST_TEST_REQUIRE(elapsed_ms(killed) < patience.count());
      go_on(1);
    }
    return elapsed_ms(killed);
  }

  size_t failed() const { return failed_; }

private:
  void send_one() {
    client_.send_call("r" + std::to_string(sent_++), "pair", "sleep", R"({"ms":5})");
  }
  void receive_one() {
    auto r = client_.receive();
    ++settled_;
    if (r["error"] == "null")
      return;
    ++failed_;
    BOOST_TEST(r["error.code"] == "worker_died", r);
  }

  const node_process& node_;
  socket_client client_;
  size_t sent_ = 0;
  size_t settled_ = 0;
  size_t failed_ = 0;
};

struct throughput {
  int64_t per_second = 0;
  /// How many calls each worker has answered.
  std::map<std::string, int64_t> by_worker;
};

/// Measures for a second how fast a client gets answers that has eight calls open.
throughput measure(const node_process& node, const std::string& to) {
  auto client = node.connect();
  int sent = 0;
  auto send_one = [&] { client.send_call(std::to_string(sent++), to, "echo"); };
  while (sent < 8)
    send_one();
  throughput t;
  int64_t answered = 0;
  auto start = clock::now();
  for (; elapsed_ms(start) < 1000; ++answered) {
    auto r = client.receive();
    BOOST_REQUIRE_MESSAGE(r["error"] == "null", r);
    ++t.by_worker[r["worker"]];
    send_one();
  }
  t.per_second = answered * 1000 / elapsed_ms(start);
  for (int i = 0; i < 8; ++i)
    client.receive(); // or they would be in the way of who measures next
  return t;
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
  // A neighbour that paid would pay whole timeouts, each time. The margin is for a busy
  // machine.
  auto pair_most = 3 * pair_before + 5000;
  auto other_most = 3 * other_before + 5000;
  auto pair_after = best_p99_us(client, "pair", n, pair_most);
  auto other_after = best_p99_us(client, "other", n, other_most);
  BOOST_TEST_MESSAGE("p99 of the neighbour " << pair_before << " -> " << pair_after
                                             << " us, of another pool " << other_before
                                             << " -> " << other_after << " us");
  BOOST_TEST(pair_after <= pair_most);
  BOOST_TEST(other_after <= other_most);

  ::kill(victim, SIGCONT);
  BOOST_TEST(stuck.receive("stuck")["error"] == "null"); // it was only delayed
}

BOOST_AUTO_TEST_CASE(a_killed_worker_costs_the_calls_in_it_and_is_back_within_a_second) {
  auto began = clock::now();
  node_process node{puppets("pair", "size = 2")};
  node.worker_pid("pair.0");
  node.worker_pid("pair.1");
  // A second, beside what it takes this machine to start processes.
  auto bar = 1000 + elapsed_ms(began);
  steady_load load{node};
  // The best of three counts: the machine may stand still for a moment.
  size_t kills = 0;
  auto back_ms = bar + 1;
  for (; kills < 3 && back_ms > bar; ++kills)
    back_ms = std::min(back_ms, load.kill_worker());
  load.go_on(200);
  load.end();
  BOOST_TEST_MESSAGE("two workers again after " << back_ms << " ms, bar " << bar << "; "
                                                << load.failed() << " calls failed");
  BOOST_TEST(load.failed() <= kills); // with window 1 there was at most one call in it
  BOOST_TEST(back_ms <= bar);
}

BOOST_AUTO_TEST_CASE(a_slow_worker_does_not_hold_the_calls_that_a_fast_one_could_take,
                     *boost::unit_test::enable_if<!sanitized>()) {
  node_process node{
      puppets("mixed", "size = 2",
              {"--name", "{worker}", "--delay", "mixed.0=50", "--delay", "mixed.1=1"})};
  node.worker_pid("mixed.0");
  node.worker_pid("mixed.1");
  // On an idle machine the fast one does some 900 a second, alone or beside the slow one;
  // dealt out blindly it would be 40. The best of three counts.
  throughput alone;
  throughput both;
  auto is_as_fast = [&] { return both.per_second >= alone.per_second * 8 / 10; };
  for (int i = 0; i < 3 && (i == 0 || !is_as_fast()); ++i) {
    alone = measure(node, "mixed.1");
    both = measure(node, "mixed");
  }
  BOOST_TEST_MESSAGE(both.per_second << " calls/s, of the fast one alone "
                                     << alone.per_second);
  BOOST_TEST(is_as_fast());
  BOOST_TEST(both.by_worker["mixed.1"] > 3 * both.by_worker["mixed.0"]);
}

BOOST_AUTO_TEST_SUITE_END()
