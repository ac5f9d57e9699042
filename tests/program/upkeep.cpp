// Proves that workers are replaced before they are a problem, and that nobody notices.
#include "tests/program/harness/processes.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

using namespace program;

namespace upkeep {

/// Whether the worker has been replaced.
bool was_replaced(const node_process& node, const std::string& worker) {
  return eventually([&] { return node.worker(worker).number("replacements") > 0; });
}

} // namespace upkeep

BOOST_AUTO_TEST_SUITE(upkeep)

BOOST_AUTO_TEST_CASE(recycling_by_calls_under_load_fails_no_call) {
  node_process node{willing("w", "size = 2\nrecycle = { jobs = 100 }")};
  std::set<std::string> pids;
  size_t failed = 0;
  auto client = node.connect();
  auto deadline = clock::now() + patience;
  // Boots take a while: go on until several generations have come and gone.
  while (pids.size() < 6 && clock::now() < deadline) {
    for (int i = 0; i < 16; ++i)
      client.send_call(std::to_string(i), "w", "pid");
    for (int i = 0; i < 16; ++i) {
      auto r = client.receive(std::to_string(i));
      failed += r["error"] != "null";
      pids.insert(r["payload"]);
    }
  }
  BOOST_TEST(failed == 0u);
  BOOST_TEST(pids.size() >= 6u);
  // The old ones are gone for good.
  BOOST_TEST(eventually([&] { return children(node.pid()).size() <= 2 + 2; }));
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(a_worker_is_replaced_when_it_is_old) {
  node_process node{willing("w", "recycle = { age = \"300ms\" }")};
  auto first = node.worker_pid("w.0");
  BOOST_TEST(was_replaced(node, "w.0"));
  BOOST_TEST(node.worker_pid("w.0") != first);
}

BOOST_AUTO_TEST_CASE(
    a_worker_is_replaced_when_it_was_idle_for_long_but_not_while_it_works) {
  node_process node{willing("w", "recycle = { idle = \"400ms\", jitter = 0 }")};
  auto client = node.connect();
  auto first = client.call("w", "pid")["payload"];
  auto until = clock::now() + 1200ms;
  while (clock::now() < until)
    BOOST_TEST_REQUIRE(client.call("w", "sleep", "{\"ms\":50}")["error"] == "null");
  BOOST_TEST(client.call("w", "pid")["payload"] == first);
  BOOST_TEST(was_replaced(node, "w.0"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_has_grown_is_replaced) {
  node_process node{willing("w", "recycle = { memory = \"64MiB\", jitter = 0 }")};
  auto client = node.connect();
  auto first = client.call("w", "pid")["payload"];
  client.call("w", "grow", "{\"bytes\":100000000}");
  BOOST_TEST(was_replaced(node, "w.0"));
  BOOST_TEST(client.call("w", "pid")["payload"] != first);
}

BOOST_AUTO_TEST_CASE(a_replacement_that_fails_leaves_the_old_worker_at_work) {
  temporary_folder folder;
  auto gate = folder.path() + "/broken";
  auto script = "test -e " + gate + " && exit 7; exec python3 " WILLING_WORKER;
  node_process node{
      pool_of("w", {"sh", "-c", script}, "recycle = { jobs = 3, jitter = 0 }")};
  auto client = node.connect();
  auto first = client.call("w", "pid")["payload"];
  BOOST_TEST(run({"touch", gate}).first == 0);
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(client.call("w", "pid")["payload"] == first);
  BOOST_TEST(eventually(
      [&] { return node.errors().find("its replacement failed") != std::string::npos; }));
  BOOST_TEST(client.call("w", "pid")["payload"] == first);
}

BOOST_AUTO_TEST_CASE(a_worker_that_answers_no_ping_is_replaced_and_one_that_does_stays) {
  auto keys = "heartbeat = { every = \"100ms\", timeout = \"200ms\" }\n"
              "restart = { intensity = 1000 }";
  node_process node{willing("mute", keys, "mute") + willing("fit", keys)};
  auto fit = node.worker_pid("fit.0");
  BOOST_TEST(eventually([&] { return node.worker("mute.0").number("restarts") >= 2; }));
  BOOST_TEST(node.worker_pid("fit.0") == fit);
  BOOST_TEST(node.worker("fit.0").number("restarts") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
