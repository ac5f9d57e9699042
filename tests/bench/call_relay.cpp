/// The floor of calls through one process: what a relay costs that is written by hand for
/// nothing else. Its calls are in plain vectors; there are no actors, messages,
/// deadlines, turns of clients or restarts.
///
///   call_relay SOCKET WORKERS WINDOW CHILD
///
/// It listens at SOCKET for one client after the other, prints `ready`, and gives each
/// call to the worker that has the most free slots. What it does once a turn is what the
/// node does: all reads, then one write for each worker, and one for the client when
/// nothing else is there.

#include "tests/bench/call_relay.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sys/prctl.h>
#include <sys/socket.h>

using namespace troupe::bench;

int main(int argc, char** argv) {
  auto workers = argc == 5 ? std::atoi(argv[2]) : 0;
  auto window = argc == 5 ? std::atoi(argv[3]) : 0;
  if (workers < 1 || window < 1) {
    std::fputs("usage: call_relay SOCKET WORKERS WINDOW CHILD\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  std::signal(SIGPIPE, SIG_IGN);
  try {
    std::vector<channel> children;
    children.reserve(static_cast<size_t>(workers));
    for (int i = 0; i < workers; ++i)
      children.push_back(channel::to_child({argv[4]}));
    relay all{children, static_cast<size_t>(window)};
    auto listener = unix_socket(argv[1], true);
    std::puts("ready");
    std::fflush(stdout);
    for (;;) {
      auto client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0)
        fail("accept");
      all.serve(client);
      close(client);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "call_relay: %s\n", e.what());
    return 1;
  }
}
