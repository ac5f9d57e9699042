// Proves that workers without work cost next to nothing: no processor time, no threads,
// little memory.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace idle_workers {

constexpr int many = sanitized ? 300 : 1000;

/// A node with `n` workers that wait for input for ever, all of them running.
struct idle_node : node_process {
  explicit idle_node(int n)
    : node_process(
        pool_of("idle", {"cat"}, "ready = \"spawn\"\nsize = " + std::to_string(n))) {
    auto all_run = [&] { return operation("pools").number("0.workers") == n; };
    BOOST_REQUIRE(eventually(all_run));
  }
};

} // namespace idle_workers

BOOST_AUTO_TEST_SUITE(idle_workers)

BOOST_AUTO_TEST_CASE(a_thousand_idle_workers_use_no_processor_time_and_little_memory) {
  idle_node few{1};
  idle_node crowd{many};
  BOOST_TEST(threads(crowd.pid()) == threads(few.pid()));

  // What is still to be done after the starts is no idling: measure once it has settled.
  int64_t used_ms = 0;
  auto idles = [&] {
    auto before = cpu_ms(crowd.pid());
    std::this_thread::sleep_for(1s); // the second that is measured
    used_ms = cpu_ms(crowd.pid()) - before;
    return used_ms < (sanitized ? 300 : 50); // AddressSanitizer tidies up by itself
  };
  BOOST_TEST(eventually(idles, 5s));
  auto kib_each = (resident_kib(crowd.pid()) - resident_kib(few.pid())) / (many - 1);
  BOOST_TEST_MESSAGE(many << " idle workers: " << used_ms
                          << " ms of processor time in a second, " << kib_each
                          << " KiB each");
  if (!sanitized)
    BOOST_TEST(kib_each <= 64);
}

BOOST_AUTO_TEST_CASE(a_thousand_workers_stop_in_seconds) {
  idle_node crowd{many};
  auto start = clock::now();
  BOOST_TEST((crowd.terminate() == 0));
  BOOST_TEST_MESSAGE("stopped in " << elapsed_ms(start) << " ms");
  BOOST_TEST(elapsed_ms(start) < 10'000);
}

BOOST_AUTO_TEST_SUITE_END()
