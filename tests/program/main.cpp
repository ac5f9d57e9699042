// The whole program under test: each suite starts real nodes with real children and talks
// to them as clients do.
#define BOOST_TEST_MODULE program
#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

#include <csignal>

namespace {

/// What every test needs of its own process.
struct surroundings {
  surroundings() {
    // A peer that is gone is told by the call that meets it.
    ::signal(SIGPIPE, SIG_IGN);
    // A thousand connections have their other ends here.
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(surroundings);
