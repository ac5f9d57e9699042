#include "actors/worker/sampler.hpp"

#include "protocol/base/limits.hpp"
#include "tests/actors/worker/support_worker.hpp"

#include <unistd.h>

#include <ctime>

using namespace troupe;
using namespace troupe::testing;

namespace samplers {

/// A WORKER whose samples are counted, not taken.
struct counting_fixture : worker_fixture {
  counting_fixture() {
    sampler = keep(sys.spawn([this]() -> sampler_actor::behavior_type {
      return {
          [this](atom::sample, int32_t, os::tree_facts) {
            ++samples;
            return os::tree_usage{byte_count{1}, 0ms};
          },
          [this](atom::sample, const process_roots& roots, os::tree_facts) {
            samples += roots.pids.size();
            return tree_usages{std::vector<os::tree_usage>(roots.pids.size())};
          },
      };
    }));
    pool.recycle.jitter = 0;
  }

  size_t samples = 0;
};

} // namespace samplers

BOOST_AUTO_TEST_SUITE(samplers)

BOOST_FIXTURE_TEST_CASE(one_answer_has_the_memory_and_the_cpu_time, fixture) {
  while (std::clock() < CLOCKS_PER_SEC / 10) {
  }
  auto me = static_cast<int32_t>(::getpid());
  auto request = ask(sampler, atom::sample_v, me, os::tree_facts::memory_and_cpu);
  auto uses = answer_of<os::tree_usage>(request);
  BOOST_TEST(uses.memory > 0u);
  BOOST_TEST(uses.cpu.count() >= 50);
  auto for_memory = ask(sampler, atom::sample_v, me, os::tree_facts::memory);
  uses = answer_of<os::tree_usage>(for_memory);
  BOOST_TEST(uses.memory > 0u);
  BOOST_TEST(uses.cpu.count() == 0);                // nobody has asked
  BOOST_TEST(!sched.clock().has_pending_timeout()); // it does nothing by itself
}

BOOST_FIXTURE_TEST_CASE(one_question_may_be_about_several_processes, fixture) {
  auto request = ask(sampler, atom::sample_v, process_roots{{::getpid(), -1, ::getpid()}},
                     os::tree_facts::memory);
  auto use = answer_of<tree_usages>(request).trees;
  BOOST_TEST_REQUIRE(use.size() == 3u);
  BOOST_TEST(use[0].memory > 0u);
  BOOST_TEST(use[1].memory == 0u);
  BOOST_TEST(use[2].memory > 0u);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_sampled_while_nobody_asks, counting_fixture) {
  pool.recycle.age = 1h;
  start_ready();
  advance(10 * limits::memory_check);
  status();
  BOOST_TEST(samples == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_limit_on_memory_asks_once_a_second, counting_fixture) {
  pool.recycle.memory = 2;
  start_ready();
  advance(10 * limits::memory_check);
  BOOST_TEST(samples == 10u);
  BOOST_TEST(record->recycled.empty());
}

BOOST_AUTO_TEST_SUITE_END()
