#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sys/prctl.h>

namespace troupe::bench {

/// The main function of a relay: `NAME SOCKET WORKERS WINDOW CHILD`.
/// @param serve Takes these four, and serves until the process is ended.
template <class Serve>
int relay_main(const char* name, int argc, char** argv, const Serve& serve) {
  auto workers = argc == 5 ? std::atoi(argv[2]) : 0;
  auto window = argc == 5 ? std::atoi(argv[3]) : 0;
  if (workers < 1 || window < 1) {
    std::fprintf(stderr, "usage: %s SOCKET WORKERS WINDOW CHILD\n", name);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  std::signal(SIGPIPE, SIG_IGN);
  try {
    serve(argv[1], static_cast<size_t>(workers), static_cast<size_t>(window), argv[4]);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", name, e.what());
    return 1;
  }
}

} // namespace troupe::bench
