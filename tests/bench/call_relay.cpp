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
#include "tests/bench/relay_main.hpp"

#include <cstdio>
#include <sys/socket.h>

using namespace troupe::bench;

namespace {

void serve(const char* path, size_t workers, size_t window, const char* child) {
  std::vector<channel> children;
  children.reserve(workers);
  for (size_t i = 0; i < workers; ++i)
    children.push_back(channel::to_child({child}));
  relay all{children, window};
  auto listener = unix_socket(path, true);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) {
    auto client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
      fail("accept");
    all.serve(client);
    close(client);
  }
}

} // namespace

int main(int argc, char** argv) {
  return relay_main("call_relay", argc, argv, serve);
}
