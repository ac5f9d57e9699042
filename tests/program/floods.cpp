// Proves that a worker or a client that says far too much costs its neighbours nothing:
// memory stays bounded, calls on the same loop, operations and the node's end go on.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace program;

namespace floods {

constexpr int64_t most_growth_kib = (sanitized ? 512 : 64) * 1024;

/// What is said without end, and the counter that shows it.
struct flood {
  const char* name;
  const char* line;
  const char* counter;
  bool to_stderr = false;
};

std::ostream& operator<<(std::ostream& out, const flood& f) {
  return out << f.name;
}

const flood all_floods[] = {
    {"event", R"({"kind":"event","payload":1})", "slowed_ms"},
    {"stray", "aaaaaaaaaaaaaaaaaaaa", "stray"},
    {"log", R"({"kind":"log","payload":"x"})", "dropped_log_lines"},
    {"late", R"({"kind":"k","request_id":"0.9"})", "late"},
    {"call", R"({"kind":"call","request_id":"a","payload":{"to":"quiet","kind":"echo"}})",
     nullptr},
    {"stderr", "y", "dropped_log_lines", true},
};

std::string flooding_pool(const flood& f) {
  auto ready = R"(echo '{"kind":"ready","payload":{"protocol":1}}')";
  // Its own stdout stays open, as descriptor 3: a worker that closes it is replaced.
  auto script = std::string{ready} + "; exec yes '" + f.line + "'"
                + (f.to_stderr ? " 3>&1 >&2" : "");
  return pool_of("flood", {"sh", "-c", script}, "stop_timeout = \"100ms\"");
}

/// Returns the median of how long this many calls take, one after the other.
milliseconds median_call(socket_client& client, size_t calls) {
  std::vector<clock::duration> all;
  for (size_t i = 0; i < calls; ++i) {
    auto start = clock::now();
    BOOST_REQUIRE(client.call("quiet", "echo", "1")["payload"] == "1");
    all.push_back(clock::now() - start);
  }
  std::sort(all.begin(), all.end());
  return std::chrono::duration_cast<milliseconds>(all[calls / 2]);
}

} // namespace floods

BOOST_AUTO_TEST_SUITE(floods)

BOOST_DATA_TEST_CASE(a_flood_of_a_worker_costs_its_neighbours_nothing, all_floods, f) {
  node_options one_loop;
  one_loop.node_keys = "loops = 1";
  node_process node{puppets("quiet") + flooding_pool(f), one_loop};
  node.worker_pid("quiet.0");
  node.worker_pid("flood.0");
  auto client = node.connect();
  auto before = resident_kib(node.pid());
  auto usual = median_call(client, 20);
  // By then it has said a hundred thousand lines, or would have.
  auto start = clock::now();
  milliseconds slowest{0};
  while (elapsed_ms(start) < 700)
    slowest = std::max(slowest, median_call(client, 20));
  BOOST_TEST_MESSAGE(f << ": a call took " << usual.count() << " ms before, at most "
                       << slowest.count() << " ms beside it");
  BOOST_TEST(slowest.count() <= 10 * usual.count() + 20);
  auto asked = clock::now();
  BOOST_TEST(node.http().get("/health").status == 200);
  BOOST_TEST(elapsed_ms(asked) < (sanitized ? 5000 : 1000));
  if (f.counter)
    BOOST_TEST(eventually([&] { return node.worker("flood.0").number(f.counter) > 0; }));
  BOOST_TEST(node.errors().size() < 4'000'000u); // what its log has grown by
  BOOST_TEST(node.http().request("DELETE", "/api/pools/flood").status == 200);
  auto growth = peak_kib(node.pid()) - before;
  BOOST_TEST_MESSAGE("at its peak the node had grown by " << growth << " KiB");
  BOOST_TEST(growth < most_growth_kib);
  // That it ends in time is checked with its destruction.
}

BOOST_AUTO_TEST_CASE(large_events_are_remembered_up_to_a_bound) {
  node_process node{puppets("loud", "max_frame = \"16MiB\"")};
  node.worker_pid("loud.0");
  auto client = node.connect();
  auto before = resident_kib(node.pid());
  auto event = '"' + std::string(900'000, 'x') + '"';
  for (int i = 0; i < 150; ++i)
    BOOST_REQUIRE(client.call("loud", "announce", event)["error"] == "null");
  auto growth = resident_kib(node.pid()) - before;
  BOOST_TEST_MESSAGE("the node has grown by " << growth << " KiB");
  BOOST_TEST(growth < most_growth_kib);
}

BOOST_AUTO_TEST_SUITE_END()
