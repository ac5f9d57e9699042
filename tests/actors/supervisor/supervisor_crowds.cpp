// Proves that what happens to one worker does not cost more where there are many.
#include "tests/actors/supervisor/support_supervisor.hpp"

#include <algorithm>
#include <ctime>

using namespace troupe;
using namespace troupe::testing;

namespace supervisor_crowds {

/// Returns the CPU time of this thread: what else runs on the machine does not count.
std::chrono::nanoseconds cpu_time() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

struct costs {
  std::chrono::nanoseconds start;
  std::chrono::nanoseconds stop;
};

/// Returns what a worker of a pool of `size` costs.
costs costs_of_one_in(uint32_t size) {
  supervisor_fixture f;
  f.pool.size = size;
  f.starts_at_once = 4;
  f.verifies = false; // that would be measured, too
  auto before = cpu_time();
  f.start();
  for (size_t i = 0; i < size; ++i)
    f.boots(i);
  auto started = cpu_time();
  f.tell(f.actor, atom::stop_v, int32_t{-1});
  for (size_t i = 0; i < size; ++i)
    f.dies(i, 0);
  auto stopped = cpu_time();
  BOOST_TEST(f.record->joined.size() == size);
  BOOST_TEST(f.launches() == size);
  auto n = static_cast<long>(size);
  BOOST_TEST_MESSAGE(size << " workers: " << (started - before).count() / n
                          << " ns to start one, " << (stopped - started).count() / n
                          << " ns to stop one");
  return {(started - before) / n, (stopped - started) / n};
}

costs least_of(const costs& a, const costs& b) {
  return {std::min(a.start, b.start), std::min(a.stop, b.stop)};
}

} // namespace supervisor_crowds

BOOST_AUTO_TEST_SUITE(supervisor_crowds)

BOOST_AUTO_TEST_CASE(a_worker_is_started_and_stopped_as_fast_among_thousands) {
  auto few = costs_of_one_in(500);
  auto many = costs_of_one_in(8000);
  // What shares the caches of the machine meanwhile can only add to the costs.
  for (int again = 0; again < 5 && many.start >= 3 * few.start; ++again)
    many = least_of(many, costs_of_one_in(8000));
  BOOST_TEST(many.start.count() < 3 * few.start.count());
  BOOST_TEST(many.stop.count() < 3 * few.stop.count());
}

BOOST_AUTO_TEST_SUITE_END()
