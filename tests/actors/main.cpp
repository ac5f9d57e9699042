#define BOOST_TEST_MODULE actors
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "actors/os/guardian_process.hpp"

#include <boost/test/unit_test.hpp>

/// Like the node, this program is its own guardian.
int main(int argc, char** argv) {
  if (troupe::os::is_guardian(argc, argv))
    return troupe::os::run_guardian(argv);
  return boost::unit_test::unit_test_main(&init_unit_test, argc, argv);
}
