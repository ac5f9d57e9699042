// Proves that a pool which gets three times what it can do serves as many calls as it
// can, in a bounded time, and says `busy` to the rest. Six seconds here; OVERLOAD_SECONDS
// makes it longer.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <thread>

using namespace program;

namespace overload {

constexpr int workers = 2;
constexpr int call_ms = 10;
constexpr int queue = 40;
/// What the pool can do is workers × 1000 / call_ms calls a second.
constexpr auto interval = std::chrono::microseconds{call_ms * 1000 / workers / 3};

std::chrono::seconds duration() {
  auto text = std::getenv("OVERLOAD_SECONDS");
  return std::chrono::seconds{text ? std::atoi(text) : 6};
}

} // namespace overload

BOOST_AUTO_TEST_SUITE(overload)

BOOST_AUTO_TEST_CASE(
    three_times_its_capacity_leaves_a_pool_as_quick_as_its_queue_is_long) {
  node_process node{puppets("a", "size = " + std::to_string(workers)
                                     + "\nqueue_limit = " + std::to_string(queue))};
  for (int i = 0; i < workers; ++i)
    node.worker_pid("a." + std::to_string(i));
  auto client = node.connect();
  auto payload = "{\"ms\":" + std::to_string(call_ms) + "}";
  std::map<std::string, clock::time_point> sent;
  std::vector<int64_t> taken;
  size_t results = 0, busy = 0, other = 0;
  auto take = [&](const reply& r) {
    auto i = sent.find(r["request_id"]);
    BOOST_REQUIRE(i != sent.end());
    if (r["error"] == "null") {
      ++results;
      taken.push_back(elapsed_ms(i->second));
    } else {
      ++(r["error.code"] == "busy" ? busy : other);
    }
    sent.erase(i);
  };
  auto start = clock::now();
  auto memory = int64_t{0};
  size_t next = 0;
  // An open loop: calls come at their time, whatever became of those before.
  for (auto due = start; due < start + duration(); due += interval) {
    std::this_thread::sleep_until(due);
    auto id = std::to_string(next++);
    sent[id] = clock::now();
    client.send_call(id, "a", "sleep", payload);
    while (client.has_answer())
      take(client.receive());
    if (memory == 0 && due > start + duration() / 3)
      memory = resident_kib(node.pid());
  }
  while (!sent.empty())
    take(client.receive());
  std::sort(taken.begin(), taken.end());
  auto p99 = taken.at(taken.size() * 99 / 100);
  BOOST_TEST_MESSAGE(results << " results, " << busy << " busy, p99 " << p99 << " ms");
  BOOST_TEST(other == 0u);
  BOOST_TEST(busy > next / 3);
  // A full queue, a call that runs, and as much again for a machine that does other
  // things.
  BOOST_TEST(p99 <= 2 * (queue / workers + 1) * call_ms);
  auto possible = static_cast<size_t>(duration().count()) * workers * 1000 / call_ms;
  BOOST_TEST(results >= possible / 2);
  BOOST_TEST(resident_kib(node.pid()) <= memory + (sanitized ? 32768 : 1024));
}

BOOST_AUTO_TEST_SUITE_END()
