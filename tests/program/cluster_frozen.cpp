// Proves that a peer that stops reading costs its senders little memory and their own
// calls no time.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <thread>

using namespace program;

namespace cluster_frozen {

constexpr int calls = 300;
constexpr size_t payload_bytes = 1 << 20;

/// The failure timeout is the default: the peer is frozen for long before it is down.
struct three_nodes : test_cluster {
  three_nodes()
    : test_cluster({.pools =
                        [](const std::string& node) {
                          return puppets("only-" + node, "window = 16", {"--cancel"});
                        },
                    .failure_timeout = 5s}) {
    for (auto& name : names())
      (*this)[name].worker_pid("only-" + name + ".0");
  }
};

/// Sends calls with large payloads and small results from one node to beta.
class flood {
public:
  explicit flood(const std::string& socket)
    : thread_([this, socket] { run(socket); }) {}
  ~flood() { join(); }

  void join() {
    if (thread_.joinable())
      thread_.join();
  }
  bool is_over() const { return over_; }

  /// How many calls ended how. For after `join`.
  std::map<std::string, int> ends;
  std::string complaint;
  size_t outcomes = 0;

private:
  void run(const std::string& socket) {
    try {
      socket_client client{socket};
      const auto payload = '"' + std::string(payload_bytes, 'f') + '"';
      for (int i = 0; i < calls; ++i)
        client.stream().send(R"({"request_id":")" + std::to_string(i)
                                 + R"(","to":"only-beta","kind":"stats","payload":)"
                                 + payload + "}\n",
                             3 * patience);
      for (int i = 0; i < calls; ++i) {
        auto r = client.receive(std::to_string(i), 3 * patience);
        ++ends[r["error"] == "null" ? "result" : r["error.code"]];
        ++outcomes;
      }
    } catch (const std::exception& e) {
      complaint = e.what();
    }
    over_ = true;
  }

  std::atomic<bool> over_{false};
  std::thread thread_; // last: it uses the others
};

struct figures {
  double p50_ms = 0;
  double p99_ms = 0;
  size_t calls = 0;
};

/// Measures calls to a pool of the node itself while `f` goes on, at least a few.
figures measure(const node_process& node, const std::string& pool, const flood* f) {
  std::vector<double> all;
  auto client = node.connect();
  while (all.size() < 500 || (f && !f->is_over())) {
    auto start = clock::now();
    auto r = client.call(pool, "echo", "1");
    std::chrono::duration<double, std::milli> took = clock::now() - start;
    BOOST_TEST_REQUIRE(r["payload"] == "1", r);
    all.push_back(took.count());
  }
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all[all.size() * 99 / 100], all.size()};
}

std::ostream& operator<<(std::ostream& out, const figures& f) {
  return out << "p50 " << f.p50_ms << " ms, p99 " << f.p99_ms << " ms of " << f.calls
             << " calls";
}

} // namespace cluster_frozen

BOOST_FIXTURE_TEST_SUITE(cluster_frozen, three_nodes)

BOOST_AUTO_TEST_CASE(a_frozen_peer_costs_little_memory_and_local_calls_no_time) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  auto& gamma = (*this)["gamma"];
  // Before any other flood, whose memory would be counted as what was there before.
  auto at_alpha = resident_kib(alpha.pid());
  auto at_gamma = resident_kib(gamma.pid());
  beta.signal(SIGSTOP);
  auto start = clock::now();
  flood f{alpha.socket()};
  auto frozen = measure(alpha, "only-alpha", &f);
  f.join();
  auto took = elapsed_ms(start);
  auto elsewhere = measure(gamma, "only-gamma", nullptr);
  auto more_at_alpha = peak_kib(alpha.pid()) - at_alpha;
  auto more_at_gamma = peak_kib(gamma.pid()) - at_gamma;
  beta.signal(SIGCONT);
  auto formed = await_formed();
  // What the same flood costs while the peer reads is the measure of time.
  figures healthy;
  {
    flood same{alpha.socket()};
    healthy = measure(alpha, "only-alpha", &same);
    same.join();
    BOOST_TEST(same.complaint.empty(), same.complaint);
    // It may be faster than the link, whose backlog is bounded, too.
    BOOST_TEST(same.ends["result"] > 0);
    BOOST_TEST(same.ends["result"] + same.ends["busy"] == calls);
  }

  BOOST_TEST_MESSAGE("local calls while the peer read: " << healthy);
  BOOST_TEST_MESSAGE("local calls while it was frozen: " << frozen);
  BOOST_TEST_MESSAGE("at the third node: " << elsewhere);
  BOOST_TEST_MESSAGE("alpha grew by " << more_at_alpha << " KiB, gamma by "
                                      << more_at_gamma << "; " << calls
                                      << " calls had their outcomes after " << took
                                      << " ms; formed " << formed << " ms after SIGCONT");
  for (auto& [how, count] : f.ends)
    BOOST_TEST_MESSAGE("  " << how << ": " << count);
  BOOST_TEST(f.complaint.empty(), f.complaint);
  BOOST_TEST(f.outcomes == static_cast<size_t>(calls));
  for (auto& [how, count] : f.ends)
    BOOST_TEST((how == "node_down" || how == "unavailable" || how == "overloaded"
                || how == "busy"),
               count << " × " << how);
  if (sanitized)
    return;
  BOOST_TEST(more_at_alpha < 80 * 1024);
  BOOST_TEST(more_at_gamma < 80 * 1024);
  BOOST_TEST(frozen.p99_ms < 2 * healthy.p99_ms + 10);
}

BOOST_AUTO_TEST_CASE(after_it_has_thawed_everything_runs_there_again) {
  auto& beta = (*this)["beta"];
  beta.signal(SIGSTOP);
  auto client = (*this)["alpha"].connect();
  client.send_call("c", "only-beta", "echo");
  BOOST_TEST(client.receive("c")["error.code"] == "node_down");
  beta.signal(SIGCONT);
  BOOST_TEST_MESSAGE("formed after " << await_formed() << " ms");
  for (int i = 0; i < 100; ++i)
    BOOST_TEST_REQUIRE(client.call("only-beta", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_SUITE_END()
