// Proves that a peer that stops reading costs its senders little memory and their own
// calls no time.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace program;

namespace cluster_frozen {

constexpr int calls = 300;
constexpr size_t payload_bytes = 1 << 20;

constexpr int long_calls = 12;
/// What a peer is given of one client beyond what runs there: `caller_calls_ahead`.
constexpr int calls_ahead = 8;
constexpr size_t long_payload_bytes = 12 << 20;
constexpr int64_t most_growth_kib = 80'000'000 / 1024;

struct frozen_nodes : test_cluster {
  frozen_nodes(milliseconds failure_timeout, const std::string& keys)
    : test_cluster({.pools =
                        [keys](const std::string& node) {
                          return puppets("only-" + node, keys, {"--cancel"});
                        },
                    .failure_timeout = failure_timeout}) {
    for (auto& name : names())
      (*this)[name].worker_pid("only-" + name + ".0");
  }
};

/// The failure timeout is the default: the peer is frozen for long before it is down.
struct three_nodes : frozen_nodes {
  three_nodes()
    : frozen_nodes(5s, "window = 16") {}
};

/// The peer is neither down nor suspect while it is frozen: the link to it is full.
struct patient_nodes : frozen_nodes {
  patient_nodes()
    : frozen_nodes(2min, "window = 1") {}
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

/// The ends of calls that a node refuses since too much is on its way to the peer, or
/// since it has not heard of the peer for a while.
const std::set<std::string> refusals = {"busy", "overloaded", "unavailable", "node_down"};

/// Each call has ended, and in one of these ways.
void check_ends(const flood& f, const std::set<std::string>& ways) {
  BOOST_TEST(f.complaint.empty(), f.complaint);
  BOOST_TEST(f.outcomes == static_cast<size_t>(calls));
  for (auto& [how, count] : f.ends) {
    BOOST_TEST_MESSAGE("  " << how << ": " << count);
    BOOST_TEST(ways.count(how) == 1u, count << " × " << how);
  }
}

struct figures {
  double p50_ms = 0;
  /// The median of those of all windows: a machine that is busy with something else for
  /// a moment spoils some windows only.
  double p99_ms = 0;
  size_t windows = 0;
};

/// Measures calls of one node to its own pool, in windows of so many.
class local_calls {
public:
  static constexpr size_t window = 200;

  local_calls(const node_process& node, std::string pool)
    : client_(node.connect())
    , pool_(std::move(pool)) {}

  void measure_window() {
    std::vector<double> all;
    while (all.size() < window) {
      auto start = clock::now();
      auto r = client_.call(pool_, "echo", "1");
      std::chrono::duration<double, std::milli> took = clock::now() - start;
      BOOST_TEST_REQUIRE(r["payload"] == "1", r);
      all.push_back(took.count());
    }
    std::sort(all.begin(), all.end());
    medians_.push_back(all[window / 2]);
    p99s_.push_back(all[window * 99 / 100]);
  }

  figures result() { return {middle(medians_), middle(p99s_), p99s_.size()}; }

private:
  static double middle(std::vector<double>& all) {
    std::sort(all.begin(), all.end());
    return all.at(all.size() / 2);
  }

  socket_client client_;
  std::string pool_;
  std::vector<double> medians_;
  std::vector<double> p99s_;
};

struct both {
  figures alpha;
  figures gamma;
};

/// Measures local calls at alpha and gamma in turns while `f` goes on, at least a few.
both measure(const test_cluster& nodes, const flood* f = nullptr) {
  constexpr size_t fewest = 11;
  local_calls alpha{nodes["alpha"], "only-alpha"};
  local_calls gamma{nodes["gamma"], "only-gamma"};
  for (size_t i = 0; i < fewest || (f && !f->is_over()); ++i) {
    alpha.measure_window();
    gamma.measure_window();
  }
  return {alpha.result(), gamma.result()};
}

std::ostream& operator<<(std::ostream& out, const figures& f) {
  return out << "p50 " << f.p50_ms << " ms, p99 " << f.p99_ms << " ms (medians of "
             << f.windows << " windows)";
}

std::ostream& operator<<(std::ostream& out, const both& b) {
  return out << "alpha " << b.alpha << "; gamma " << b.gamma;
}

/// Returns whether the p99 is as it was `before`, or as it is at the `neighbour`, whose
/// windows were measured in turns with these: a machine that stalls slows both.
bool has_not_moved(const figures& now, const figures& before, const figures& neighbour) {
  return now.p99_ms <= 3 * std::max(before.p99_ms, neighbour.p99_ms) + 5;
}

/// Returns whether callers are held up: a peer that does that does it for seconds.
bool is_held_up(const figures& f) {
  return f.p50_ms > 500;
}

} // namespace cluster_frozen

BOOST_FIXTURE_TEST_SUITE(cluster_frozen, three_nodes)

BOOST_AUTO_TEST_CASE(a_frozen_peer_costs_little_memory_and_local_calls_no_time) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  auto& gamma = (*this)["gamma"];
  auto before = measure(*this);
  // Before any other flood, whose memory would be counted as what was there before.
  auto at_alpha = resident_kib(alpha.pid());
  auto at_gamma = resident_kib(gamma.pid());
  beta.signal(SIGSTOP);
  auto start = clock::now();
  flood f{alpha.socket()};
  auto frozen = measure(*this, &f);
  f.join();
  auto took = elapsed_ms(start);
  auto more_at_alpha = peak_kib(alpha.pid()) - at_alpha;
  auto more_at_gamma = peak_kib(gamma.pid()) - at_gamma;
  beta.signal(SIGCONT);
  auto formed = await_formed();
  // For comparison: what the same flood costs while the peer reads.
  both healthy;
  {
    flood same{alpha.socket()};
    healthy = measure(*this, &same);
    same.join();
    // It may be faster than the link, whose backlog is bounded. On a machine that stands
    // still, a peer that reads is silent at times, too.
    auto ways = refusals;
    ways.insert("result");
    BOOST_TEST_MESSAGE("ends while it read:");
    check_ends(same, ways);
    BOOST_TEST(same.ends["result"] > 0);
  }

  BOOST_TEST_MESSAGE("local calls before: " << before);
  BOOST_TEST_MESSAGE("while the peer was frozen: " << frozen);
  BOOST_TEST_MESSAGE("while it read the same flood: " << healthy);
  BOOST_TEST_MESSAGE("alpha grew by " << more_at_alpha << " KiB, gamma by "
                                      << more_at_gamma << "; " << calls
                                      << " calls had their outcomes after " << took
                                      << " ms; formed " << formed << " ms after SIGCONT");
  check_ends(f, refusals);
  if (sanitized)
    return;
  BOOST_TEST(more_at_alpha < most_growth_kib);
  BOOST_TEST(more_at_gamma < most_growth_kib);
  BOOST_TEST(has_not_moved(frozen.alpha, before.alpha, frozen.gamma));
  BOOST_TEST(has_not_moved(frozen.gamma, before.gamma, frozen.alpha));
  BOOST_TEST(!is_held_up(frozen.alpha));
  BOOST_TEST(!is_held_up(frozen.gamma));
}

BOOST_FIXTURE_TEST_CASE(long_calls_to_a_frozen_peer_cost_little_memory, patient_nodes) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  auto before = resident_kib(alpha.pid());
  beta.signal(SIGSTOP);
  auto client = alpha.connect();
  const auto payload = '"' + std::string(long_payload_bytes, 'f') + '"';
  for (int i = 0; i < long_calls; ++i)
    client.stream().send(R"({"request_id":")" + std::to_string(i)
                             + R"(","to":"only-beta","kind":"stats","payload":)" + payload
                             + "}\n",
                         3 * patience);
  // One is on its way and one waits for it; the others do not wait for the peer.
  std::map<std::string, int> ends;
  for (int i = 2; i < long_calls; ++i)
    ++ends[client.receive(3 * patience)["error.code"]];
  BOOST_TEST(ends["busy"] == long_calls - 2);
  BOOST_TEST(state("alpha", "beta") == "up");
  auto more = peak_kib(alpha.pid()) - before;
  beta.signal(SIGCONT);
  BOOST_TEST(client.receive(3 * patience)["error"] == "null");
  BOOST_TEST(client.receive(3 * patience)["error"] == "null");
  BOOST_TEST_MESSAGE("alpha grew by " << more << " KiB");
  if (!sanitized)
    BOOST_TEST(more < most_growth_kib);
}

BOOST_FIXTURE_TEST_CASE(long_results_for_a_frozen_caller_cost_little_memory,
                        patient_nodes) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  auto calls_given = [&] { return beta.worker("only-beta.0").number("calls"); };
  auto given_before = calls_given();
  auto before = resident_kib(beta.pid());
  // The worker stands still until its caller does.
  auto worker = beta.worker_pid("only-beta.0");
  ::kill(worker, SIGSTOP);
  auto client = alpha.connect();
  for (int i = 0; i < long_calls; ++i)
    client.send_call(std::to_string(i), "only-beta", "blob",
                     R"({"bytes":)" + std::to_string(long_payload_bytes) + "}");
  BOOST_TEST(eventually([&] {
    return beta.operation("pool", R"({"name":"only-beta"})").number("waiting")
           == calls_ahead;
  }));
  alpha.signal(SIGSTOP);
  ::kill(worker, SIGCONT);
  // One result is on its way, and one waits for it.
  BOOST_TEST(eventually([&] { return calls_given() >= given_before + 2; }));
  BOOST_TEST(eventually([&] { return beta.worker("only-beta.0")["state"] != "busy"; }));
  auto more = peak_kib(beta.pid()) - before;
  // The worker may have been given more before GATE saw the second result.
  BOOST_TEST(calls_given() <= given_before + 4);
  alpha.signal(SIGCONT);
  for (int i = 0; i < long_calls; ++i) {
    auto r = client.receive(3 * patience);
    BOOST_TEST(r["error"] == "null", r["error"]);
  }
  BOOST_TEST_MESSAGE("beta grew by " << more << " KiB");
  if (!sanitized)
    BOOST_TEST(more < most_growth_kib);
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
