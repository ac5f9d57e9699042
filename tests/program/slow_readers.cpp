// Proves that a client that asks for much and reads nothing costs the node no more memory
// than a few answers, costs nobody else their turn, and still gets each answer once it
// reads.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace program;

namespace slow_readers {

constexpr int answers = 64;
constexpr auto one_mib = R"({"bytes":1000000})";
/// Some answers on their way, and what the allocator keeps of them.
constexpr int64_t most_growth_kib = 32 * 1024;

struct slow_node : node_process {
  slow_node()
    : node_process(puppets("big", "size = 2") + puppets("other")) {
    worker_pid("big.1");
    worker_pid("other.0");
  }

  /// Waits until no call of the pool runs any more: what can start has started.
  bool comes_to_rest() {
    return eventually([&] {
      auto p = operation("pool", R"({"name":"big"})");
      return p.number("waiting") > 0 && p.number("in_flight") == 0;
    });
  }
};

} // namespace slow_readers

BOOST_FIXTURE_TEST_SUITE(slow_readers, slow_node)

BOOST_AUTO_TEST_CASE(answers_do_not_pile_up_for_a_socket_that_is_not_read) {
  auto reader = connect();
  auto other = connect();
  other.call("big", "blob", one_mib);
  auto before = resident_kib(pid());
  for (int i = 0; i < answers; ++i)
    reader.send_call(std::to_string(i), "big", "blob", one_mib);
  BOOST_TEST(comes_to_rest());
  if (!sanitized)
    BOOST_TEST(resident_kib(pid()) - before < most_growth_kib);
  // The workers are free for whoever reads.
  BOOST_TEST(other.call("big", "echo", "1")["payload"] == "1");
  std::set<std::string> seen;
  for (int i = 0; i < answers; ++i) {
    auto r = reader.receive();
    BOOST_TEST_REQUIRE(r["error"] == "null");
    BOOST_TEST_REQUIRE(r["payload"].size() == 1'000'000u);
    seen.insert(r["request_id"]);
  }
  BOOST_TEST(seen.size() == static_cast<size_t>(answers));
}

BOOST_AUTO_TEST_CASE(nor_do_answers_that_the_node_gives_at_once) {
  auto reader = connect();
  auto before = resident_kib(pid());
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += "x\n";
  BOOST_CHECK_THROW( // at last nobody takes it
      for (int i = 0; i < 300; ++i) reader.stream().send(lines, 1s), std::exception);
  if (!sanitized)
    BOOST_TEST(resident_kib(pid()) - before < most_growth_kib);
  BOOST_TEST(connect().call("other", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(nor_for_pipelined_requests_of_http) {
  auto reader = http();
  auto before = resident_kib(pid());
  for (int i = 0; i < answers; ++i)
    reader.send_request("POST", "/api/call/big/blob", one_mib);
  BOOST_TEST(comes_to_rest());
  if (!sanitized)
    BOOST_TEST(resident_kib(pid()) - before < most_growth_kib);
  BOOST_TEST(http().post("/api/call/big/echo", "1")["payload"] == "1");
  for (int i = 0; i < answers; ++i)
    BOOST_TEST_REQUIRE(reader.read_response()["payload"].size() == 1'000'000u);
}

BOOST_AUTO_TEST_CASE(what_it_never_reads_ends_with_it) {
  {
    auto reader = connect();
    for (int i = 0; i < answers; ++i)
      reader.send_call(std::to_string(i), "big", "blob", one_mib);
    BOOST_TEST(comes_to_rest());
  }
  BOOST_TEST(eventually(
      [&] { return operation("pool", R"({"name":"big"})").number("waiting") == 0; }));
  BOOST_TEST(http().get("/health")["clients_let_go"] == "0");
}

BOOST_AUTO_TEST_SUITE_END()
