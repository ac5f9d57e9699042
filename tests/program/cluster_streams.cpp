// Proves that what takes long crosses nodes as it should: parts in their order and at
// their reader's speed, large payloads, and the news that nobody waits any more.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <thread>

using namespace program;

namespace cluster_streams {

std::string pools(const std::string& node) {
  if (node != "beta")
    return puppets("local-" + node);
  return puppets("polite", "window = 4", {"--cancel"}) + puppets("single")
         + willing("parts", "abandoned = \"kill\"") + puppets("large", "window = 16");
}

struct three_nodes : test_cluster {
  three_nodes()
    : test_cluster({.pools = pools}) {
    for (auto worker : {"polite.0", "single.0", "parts.0", "large.0"})
      (*this)["beta"].worker_pid(worker);
  }
  socket_client client = (*this)["alpha"].connect();

  /// Waits until a worker of beta has `n` calls in it.
  bool holds(const std::string& worker, int n) const {
    return eventually(
        [&] { return (*this)["beta"].worker(worker).number("in_flight") == n; });
  }

  /// Waits until a pool of beta has `n` calls that wait.
  bool has_waiting(const std::string& pool, int n) const {
    return eventually([&] {
      return (*this)["beta"]
                 .operation("pool", "{\"name\":\"" + pool + "\"}")
                 .number("waiting")
             == n;
    });
  }

  /// Waits until the polite worker itself says that it saw `n` cancels.
  bool saw_cancels(int n) const {
    auto asker = (*this)["beta"].connect();
    return eventually(
        [&] { return asker.call("polite", "stats").number("payload.cancelled") == n; });
  }

  /// Begins a stream of more than anybody keeps, which lasts until it is read.
  void begin_endless(socket_client& reader, int parts) const {
    reader.send_call("s", "parts", "count",
                     "{\"padding\":1000,\"to\":" + std::to_string(parts) + "}",
                     "\"stream\":true,\"timeout_ms\":600000");
    BOOST_REQUIRE(holds("parts.0", 1));
  }
};

} // namespace cluster_streams

BOOST_FIXTURE_TEST_SUITE(cluster_streams, three_nodes)

BOOST_AUTO_TEST_CASE(parts_come_in_order_and_before_the_answer) {
  client.send_call("s", "parts", "count", "{\"to\":1000}", "\"stream\":true");
  for (int i = 0; i < 1000; ++i) {
    auto part = client.receive();
    BOOST_TEST_REQUIRE(part["kind"] == "chunk", part);
    BOOST_TEST_REQUIRE(part.number("payload.i") == i);
  }
  auto answer = client.receive();
  BOOST_TEST(answer["kind"] == "count");
  BOOST_TEST(answer["worker"] == "parts.0@beta");
}

BOOST_AUTO_TEST_CASE(a_slow_reader_holds_up_its_worker_and_no_other_call_of_the_link) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  for (int i = 0; i < 200; ++i)
    client.call("polite", "echo");
  auto at_alpha = resident_kib(alpha.pid());
  auto at_beta = resident_kib(beta.pid());
  auto reader = alpha.connect();
  constexpr int parts = 100'000; // a hundred megabytes
  begin_endless(reader, parts);
  int64_t worst = 0;
  for (int i = 0; i < 300; ++i) {
    auto start = clock::now();
    BOOST_TEST_REQUIRE(client.call("polite", "echo")["error"] == "null");
    worst = std::max(worst, elapsed_ms(start));
  }
  auto more_at_alpha = resident_kib(alpha.pid()) - at_alpha;
  auto more_at_beta = resident_kib(beta.pid()) - at_beta;
  BOOST_TEST_MESSAGE("other calls took at most " << worst << " ms; alpha grew by "
                                                 << more_at_alpha << " KiB, beta by "
                                                 << more_at_beta);
  BOOST_TEST(worst < (sanitized ? 1000 : 200));
  if (!sanitized) {
    BOOST_TEST(more_at_alpha < 16 * 1024);
    BOOST_TEST(more_at_beta < 16 * 1024);
  }
  auto start = clock::now();
  for (int i = 0; i < parts; ++i)
    BOOST_TEST_REQUIRE(reader.receive().number("payload.i") == i);
  BOOST_TEST(reader.receive()["kind"] == "count");
  BOOST_TEST_MESSAGE(parts << " parts were read in " << elapsed_ms(start) << " ms");
}

BOOST_AUTO_TEST_CASE(a_reader_that_leaves_sets_the_worker_of_the_other_node_free) {
  auto reader = (*this)["alpha"].connect();
  begin_endless(reader, 1'000'000);
  reader.close();
  BOOST_TEST(client.call("parts", "echo")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_that_runs_ends_at_once_and_its_worker_is_told) {
  client.send_call("c", "polite", "never");
  BOOST_REQUIRE(holds("polite.0", 1));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(saw_cancels(1));
  BOOST_TEST(holds("polite.0", 0));
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_that_waits_never_starts) {
  client.send_call("running", "single", "sleep", R"({"ms":500})");
  BOOST_REQUIRE(holds("single.0", 1));
  client.send_call("waiting", "single", "echo");
  BOOST_REQUIRE(has_waiting("single", 1));
  client.send_line(R"({"kind":"cancel","request_id":"waiting"})");
  BOOST_TEST(client.receive("waiting")["error.code"] == "cancelled");
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST(client.call("single", "stats").number("payload.calls") == 2);
}

BOOST_AUTO_TEST_CASE(closing_a_connection_takes_back_what_it_has_at_another_node) {
  auto other = (*this)["alpha"].connect();
  other.send_call("runs", "polite", "never");
  BOOST_REQUIRE(holds("polite.0", 1));
  client.send_call("long", "single", "sleep", R"({"ms":500})");
  BOOST_REQUIRE(holds("single.0", 1));
  other.send_call("waits", "single", "echo");
  BOOST_REQUIRE(has_waiting("single", 1));
  other.close();
  BOOST_TEST(saw_cancels(1));
  BOOST_TEST(holds("polite.0", 0));
  BOOST_TEST(has_waiting("single", 0));
  BOOST_TEST(client.receive("long")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(large_payloads_cross_whole_while_small_calls_pass) {
  constexpr size_t size = 1 << 20;
  const auto text = '"' + std::string(size, 'p') + '"';
  // Both directions at once: the node does not read on from a client that does not read.
  std::thread sender{[&] {
    for (int i = 0; i < 16; ++i)
      client.send_call(std::to_string(i), "large", "echo", text);
  }};
  auto small = (*this)["alpha"].connect();
  int64_t worst = 0;
  for (int i = 0; i < 50; ++i) {
    auto start = clock::now();
    BOOST_TEST_REQUIRE(small.call("polite", "echo", "1")["payload"] == "1");
    worst = std::max(worst, elapsed_ms(start));
  }
  BOOST_TEST_MESSAGE("small calls took at most " << worst << " ms");
  for (int i = 0; i < 16; ++i) {
    auto r = client.receive(std::to_string(i));
    BOOST_TEST((r["payload"] == text.substr(1, size)), r.text.substr(0, 200));
  }
  sender.join();
}

BOOST_AUTO_TEST_SUITE_END()
