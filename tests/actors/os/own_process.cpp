#include "actors/os/own_process.hpp"

#include "actors/loop/unique_fd.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace troupe;
using namespace troupe::os;

BOOST_AUTO_TEST_SUITE(use_of_the_own_process)

BOOST_AUTO_TEST_CASE(descriptors_are_those_that_are_open) {
  auto before = read_own_use().open_descriptors;
  loop::unique_fd one{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  loop::unique_fd two{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  auto use = read_own_use();
  BOOST_TEST(use.open_descriptors == before + 2);
  BOOST_TEST(use.most_descriptors >= use.open_descriptors);
}

BOOST_AUTO_TEST_CASE(memory_and_time_are_used) {
  auto first = read_own_use();
  BOOST_TEST(first.resident_memory > 0u);
  BOOST_TEST(first.virtual_memory >= first.resident_memory);
  auto use = first;
  while (use.cpu <= first.cpu) // reading takes time
    use = read_own_use();
  BOOST_TEST((use.cpu > first.cpu));
}

BOOST_AUTO_TEST_CASE(the_start_is_in_the_past_and_not_long_ago) {
  using namespace std::chrono;
  auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
  auto started = own_start();
  BOOST_TEST((started <= now + 1s)); // the kernel rounds the start of the machine
  BOOST_TEST((started > now - 24h));
}

BOOST_AUTO_TEST_SUITE_END()
