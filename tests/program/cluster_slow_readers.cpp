// Proves that a client that asks another node for much and reads nothing costs both nodes
// no more memory than a few answers, holds up nobody else, and still gets each answer
// once it reads.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace program;

namespace cluster_slow_readers {

constexpr int answers = 64;
constexpr auto one_mib = R"({"bytes":1000000})";
/// As many answers as may be on their way, at both ends of a link, and what the allocator
/// keeps of them.
constexpr int64_t most_growth_kib = 48 * 1024;

struct two_owners : test_cluster {
  two_owners()
    : test_cluster({.pools = [](const std::string& node) {
      return puppets("big-" + node, "size = 2");
    }}) {
    for (auto& name : names())
      (*this)[name].worker_pid("big-" + name + ".1");
  }

  /// Waits until no call of the pool runs any more: what can start has started.
  bool comes_to_rest() {
    return eventually([&] {
      auto p = (*this)["beta"].operation("pool", R"({"name":"big-beta"})");
      return p.number("in_flight") == 0;
    });
  }
};

} // namespace cluster_slow_readers

BOOST_FIXTURE_TEST_SUITE(cluster_slow_readers, two_owners)

BOOST_AUTO_TEST_CASE(answers_from_another_node_do_not_pile_up_for_one_that_does_not_read) {
  auto& alpha = (*this)["alpha"];
  auto& beta = (*this)["beta"];
  auto reader = alpha.connect();
  auto other = alpha.connect();
  other.call("big-beta", "blob", one_mib);
  auto at_alpha = resident_kib(alpha.pid());
  auto at_beta = resident_kib(beta.pid());
  for (int i = 0; i < answers; ++i)
    reader.send_call(std::to_string(i), "big-beta", "blob", one_mib,
                     "\"timeout_ms\":120000");
  BOOST_TEST(comes_to_rest());
  auto growth_at_alpha = resident_kib(alpha.pid()) - at_alpha;
  auto growth_at_beta = resident_kib(beta.pid()) - at_beta;
  BOOST_TEST_MESSAGE("grown by " << growth_at_alpha << " KiB and " << growth_at_beta
                                 << " KiB");
  if (!sanitized) {
    BOOST_TEST(growth_at_alpha < most_growth_kib);
    BOOST_TEST(growth_at_beta < most_growth_kib);
  }
  // The link and the workers are free for whoever reads.
  BOOST_TEST(other.call("big-beta", "echo", "1")["payload"] == "1");
  std::set<std::string> seen;
  for (int i = 0; i < answers; ++i) {
    auto r = reader.receive();
    BOOST_TEST_REQUIRE(r["error"] == "null", r);
    BOOST_TEST_REQUIRE(r["payload"].size() == 1'000'000u);
    seen.insert(r["request_id"]);
  }
  BOOST_TEST(seen.size() == static_cast<size_t>(answers));
}

BOOST_AUTO_TEST_CASE(what_it_never_reads_ends_with_it) {
  auto& alpha = (*this)["alpha"];
  {
    auto reader = alpha.connect();
    for (int i = 0; i < answers; ++i)
      reader.send_call(std::to_string(i), "big-beta", "blob", one_mib);
    BOOST_TEST(comes_to_rest());
  }
  BOOST_TEST(eventually([&] {
    auto p = (*this)["beta"].operation("pool", R"({"name":"big-beta"})");
    return p.number("waiting") == 0 && p.number("in_flight") == 0;
  }));
  BOOST_TEST(alpha.http().get("/health")["clients_let_go"] == "0");
}

BOOST_AUTO_TEST_SUITE_END()
