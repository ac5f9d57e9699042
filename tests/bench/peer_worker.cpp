/// A worker of a broker of another make, which does what `echo_worker` does for the node.
///
///   peer_worker gearman|nats|redis HOST:PORT     prints `ready` when it gets jobs

#include "tests/bench/channel.hpp"
#include "tests/bench/gearman.hpp"
#include "tests/bench/nats.hpp"
#include "tests/bench/redis.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <sys/prctl.h>

using namespace troupe::bench;

namespace {

/// Answers what one read brings with one write, until the broker goes.
template <class Protocol>
[[noreturn]] void serve(channel broker, Protocol protocol = {}) {
  std::string space(256 * 1024, '\0');
  std::string in;
  std::string out;
  protocol.begin(out);
  for (auto is_ready = false;;) {
    while (!out.empty()) {
      auto n = broker.write(out);
      out.erase(0, n);
      if (n == 0)
        broker.wait();
    }
    in.append(space, 0, broker.read(space.data(), space.size()));
    if (!is_ready && protocol.is_ready(in)) {
      is_ready = true;
      std::puts("ready");
      std::fflush(stdout);
    }
    in.erase(0, protocol.take(in, out));
  }
}

} // namespace

int main(int argc, char** argv) {
  std::string_view protocol = argc == 3 ? argv[1] : "";
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  try {
    if (protocol == "gearman")
      serve<gearman_worker>(channel::to_tcp(argv[2]));
    if (protocol == "nats")
      serve<nats_worker>(channel::to_tcp(argv[2]));
    if (protocol == "redis")
      serve<redis_worker>(channel::to_tcp(argv[2]));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "peer_worker: %s\n", e.what());
    return 1;
  }
  std::fputs("usage: peer_worker gearman|nats|redis HOST:PORT\n", stderr);
  return 2;
}
