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
          [this](atom::spawned, const worker_tree& tree) { begun.push_back(tree.root); },
          [this](atom::exited, const worker_tree& tree, caf::timespan) {
            over.push_back(tree.root);
          },
          [this](atom::sample, int32_t) {
            ++samples;
            return os::tree_usage{byte_count{1}, 0ms};
          },
          [](atom::sample, sample_need) {
            return std::make_shared<const usage_sample>();
          },
          [](internal::timer) {},
          [](atom::measure) { return metrics_snapshot_ptr{}; },
      };
    }));
    pool.recycle.jitter = 0;
  }

  size_t samples = 0;
  std::vector<pid_t> begun;
  std::vector<pid_t> over;
};

/// A SAMPLER that looks at made-up processes.
struct made_up_fixture : fixture {
  made_up_fixture() {
    process_source from;
    from.all = [this] {
      ++passes;
      return processes;
    };
    from.tree = [this](pid_t root) {
      ++looks;
      return os::usage_of_trees(processes, {root}).front();
    };
    from.ticks = [this] { return ticks; };
    sampler = keep(sys.spawn(sampler_behavior, std::move(from)));
    run();
  }

  static uint64_t ticks_in(milliseconds t) {
    return static_cast<uint64_t>(t.count()) / 10;
  }

  /// A worker with this root begins now.
  void begins(pid_t root, uint64_t owner = 1) {
    processes.push_back({root, 1, root, root, ticks, false, 0, 10});
    tell(sampler, atom::spawned_v, worker_tree{root, owner, activity});
  }

  /// It has ended, and has used so much.
  void ends(pid_t root, milliseconds cpu, uint64_t owner = 1) {
    std::erase_if(processes, [root](auto& p) { return p.pid == root; });
    tell(sampler, atom::exited_v, worker_tree{root, owner, activity}, caf::timespan{cpu});
  }

  void uses(pid_t pid, milliseconds cpu) {
    for (auto& p : processes)
      if (p.pid == pid)
        p.cpu_ticks += ticks_in(cpu);
  }

  /// Time passes, for processes too.
  void pass(milliseconds d) {
    ticks += ticks_in(d);
    sched.clock().advance_time(d);
    run();
  }

  usage_sample_ptr sample(sample_need need = sample_need::once) {
    auto request = ask(sampler, atom::sample_v, need);
    return answer_of<usage_sample_ptr>(request);
  }

  std::vector<os::process_entry> processes{{1, 0, 1, 1, 0, false, 7, 100}};
  uint64_t ticks = 100'000;
  /// How often all processes were read, and how often one tree.
  size_t passes = 0;
  size_t looks = 0;
  std::shared_ptr<pool_activity> activity = std::make_shared<pool_activity>();
};

} // namespace samplers

BOOST_AUTO_TEST_SUITE(samplers)

BOOST_FIXTURE_TEST_CASE(one_answer_has_the_memory_and_the_cpu_time, fixture) {
  while (std::clock() < CLOCKS_PER_SEC / 10) {
  }
  auto me = static_cast<int32_t>(::getpid());
  auto request = ask(sampler, atom::sample_v, me);
  auto uses = answer_of<os::tree_usage>(request);
  BOOST_TEST(uses.memory > 0u);
  BOOST_TEST(uses.cpu.count() >= 50);
  auto of_nobody = ask(sampler, atom::sample_v, int32_t{-1});
  BOOST_TEST(answer_of<os::tree_usage>(of_nobody).memory == 0u);
  BOOST_TEST(!sched.clock().has_pending_timeout()); // it does nothing by itself
}

BOOST_FIXTURE_TEST_CASE(five_viewers_cost_one_sample_a_second, made_up_fixture) {
  begins(10);
  for (int second = 0; second < 10; ++second)
    for (int viewer = 0; viewer < 5; ++viewer) {
      sample(sample_need::viewer);
      pass(200ms);
    }
  BOOST_TEST(passes >= 9u);
  BOOST_TEST(passes <= 11u);
  BOOST_TEST(looks == 0u);
}

BOOST_FIXTURE_TEST_CASE(samples_go_on_for_viewers_and_stop_when_they_are_gone,
                        made_up_fixture) {
  begins(10);
  sample(sample_need::viewer);
  for (int second = 0; second < 60; ++second)
    pass(1s);
  BOOST_TEST(passes >= 9u);
  BOOST_TEST(passes <= 11u);
  BOOST_TEST(!sched.clock().has_pending_timeout());
}

BOOST_FIXTURE_TEST_CASE(one_who_looks_once_has_no_more_samples_taken, made_up_fixture) {
  begins(10);
  sample();
  BOOST_TEST(!sched.clock().has_pending_timeout());
  sample();
  BOOST_TEST(passes == 1u);
  pass(limits::sample_age);
  sample();
  BOOST_TEST(passes == 2u);
}

BOOST_FIXTURE_TEST_CASE(without_workers_no_process_is_read, made_up_fixture) {
  BOOST_TEST(sample()->workers.empty());
  BOOST_TEST(passes == 0u);
}

BOOST_FIXTURE_TEST_CASE(cpu_is_that_since_the_sample_before, made_up_fixture) {
  begins(10);
  pass(2s);
  uses(10, 500ms);
  BOOST_TEST(sample()->workers.at(10).cpu_percent == 25.0); // since it began
  pass(1s);
  uses(10, 900ms);
  auto second = sample();
  BOOST_TEST(second->workers.at(10).cpu_percent == 90.0);
  BOOST_TEST(second->workers.at(10).cpu.count() == 1400);
  BOOST_TEST(activity->cpu_ms == 1400u);
  BOOST_TEST(activity->cpu_permille == 900u);
  pass(1s);
  BOOST_TEST(sample()->workers.at(10).cpu_percent == 0.0);
}

BOOST_FIXTURE_TEST_CASE(a_worker_that_began_after_the_sample_is_in_it, made_up_fixture) {
  begins(10);
  sample();
  begins(20);
  pass(100ms);
  uses(20, 50ms);
  auto all = sample();
  BOOST_TEST(all->workers.size() == 2u);
  BOOST_TEST(all->workers.at(20).memory > 0u);
  BOOST_TEST(all->workers.at(20).cpu_percent == 50.0);
  sample();
  BOOST_TEST(passes == 1u);
  BOOST_TEST(looks == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_cpu_time_of_a_pool_outlives_its_workers, made_up_fixture) {
  begins(10);
  pass(1s);
  uses(10, 300ms);
  sample();
  BOOST_TEST(activity->cpu_ms == 300u);
  ends(10, 450ms); // 150 ms since the sample
  BOOST_TEST(activity->cpu_ms == 450u);
  begins(11);
  ends(11, 50ms); // nobody ever looked at it
  BOOST_TEST(activity->cpu_ms == 500u);
  pass(1s);
  sample();
  BOOST_TEST(activity->cpu_ms == 500u);
  BOOST_TEST(activity->memory == 0u);
}

BOOST_FIXTURE_TEST_CASE(one_that_ended_before_its_worker_says_so_counts_once,
                        made_up_fixture) {
  begins(10);
  pass(1s);
  uses(10, 300ms);
  sample();
  processes.resize(1);
  pass(1s);
  BOOST_TEST(sample()->workers.at(10).memory == 0u);
  ends(10, 300ms);
  BOOST_TEST(activity->cpu_ms == 300u);
}

BOOST_FIXTURE_TEST_CASE(the_end_of_a_worker_is_not_that_of_the_next_with_its_pid,
                        made_up_fixture) {
  begins(10, 1);
  processes.resize(1);
  begins(10, 2);
  ends(10, 100ms, 1); // late
  processes.push_back({10, 1, 10, 10, ticks, false, 0, 10});
  pass(1s);
  BOOST_TEST(sample()->workers.count(10) == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_scrape_has_a_sample_taken_and_tells_its_sums, made_up_fixture) {
  begins(10);
  pass(1s);
  uses(10, 250ms);
  auto request = ask(sampler, atom::measure_v);
  BOOST_TEST(!!answer_of<metrics_snapshot_ptr>(request));
  BOOST_TEST(passes == 1u);
  BOOST_TEST(activity->cpu_ms == 250u);
  BOOST_TEST(!sched.clock().has_pending_timeout());
}

BOOST_FIXTURE_TEST_CASE(two_pools_of_one_name_are_one_in_a_scrape, made_up_fixture) {
  begins(10);
  activity = std::make_shared<pool_activity>(); // the pool was removed and made again
  begins(11);
  auto request = ask(sampler, atom::measure_v);
  metrics::metric_list list;
  answer_of<metrics_snapshot_ptr>(request)->write(list);
  auto families = list.take();
  BOOST_TEST(families.size() == 2u);
  for (auto& family : families)
    BOOST_TEST(family.samples.size() == 1u, family.name);
}

BOOST_FIXTURE_TEST_CASE(a_pool_that_is_gone_is_forgotten, made_up_fixture) {
  begins(10);
  sample();
  std::weak_ptr<pool_activity> watched = activity;
  ends(10, 0ms);
  activity.reset();
  pass(1s);
  sample();
  BOOST_TEST(watched.expired());
}

BOOST_FIXTURE_TEST_CASE(a_worker_tells_of_its_child_and_of_its_end, counting_fixture) {
  start_ready();
  BOOST_TEST(begun == (std::vector<pid_t>{1000}), boost::test_tools::per_element());
  BOOST_TEST(over.empty());
  dies(0);
  BOOST_TEST(over == (std::vector<pid_t>{1000}), boost::test_tools::per_element());
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
