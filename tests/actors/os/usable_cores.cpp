#include "actors/os/usable_cores.hpp"

#include <boost/test/unit_test.hpp>

#include <sched.h>

#include <thread>

using namespace troupe::os;

BOOST_AUTO_TEST_SUITE(cores_of_a_thread)

BOOST_AUTO_TEST_CASE(only_those_that_it_may_run_on_count) {
  BOOST_TEST(usable_cores() >= 1u);
  unsigned on_one = 0;
  std::thread{[&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(::sched_getcpu()), &one);
    if (::sched_setaffinity(0, sizeof one, &one) == 0)
      on_one = usable_cores();
  }}.join();
  BOOST_TEST(on_one == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
