/// The load generator of the benchmarks. It prints its result as one line of JSON, and
/// fails if an answer was wrong or an error.

#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <unistd.h>
#include <vector>

using namespace troupe::bench;

namespace {

constexpr const char* usage =
    "usage: bench_client direct CHILD        lines to a worker's own stdin: the floor\n"
    "       bench_client goridge PROGRAM FILE   frames to a goridge worker's own pipes\n"
    "       bench_client socket PATH POOL    lines to a node's unix socket\n"
    "       bench_client http HOST:PORT KEY POOL\n"
    "       bench_client web HOST:PORT PATH  bodies to a server that echoes them\n"
    "       bench_client snapshot HOST:PORT KEY TERMINAL\n"
    "       bench_client gearman|nats|redis HOST:PORT   jobs to the peer's workers\n"
    "       bench_client typing HOST:PORT KEY TERMINAL   from input to echo\n"
    "       bench_client pty SCRIPT          the same on a terminal of its own: the "
    "floor\n"
    "       … [--outstanding N] [--seconds S] [--payload BYTES]\n";

struct arguments {
  std::vector<std::string> words;
  load what;
};

bool is_peer(std::string_view mode) {
  return mode == "gearman" || mode == "nats" || mode == "redis";
}

std::optional<arguments> parse(int argc, char** argv) {
  arguments a;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      a.words.emplace_back(word);
      continue;
    }
    if (++i == argc)
      return std::nullopt;
    auto number = std::atof(argv[i]);
    if (number <= 0)
      return std::nullopt;
    if (word == "--outstanding")
      a.what.outstanding = static_cast<size_t>(number);
    else if (word == "--seconds")
      a.what.seconds = number;
    else if (word == "--payload")
      a.what.payload = static_cast<size_t>(number);
    else
      return std::nullopt;
  }
  auto& w = a.words;
  auto wanted = w.empty()                                                  ? 0u
                : w[0] == "direct" || w[0] == "pty"                        ? 2u
                : is_peer(w[0])                                            ? 2u
                : w[0] == "socket" || w[0] == "goridge" || w[0] == "web"   ? 3u
                : w[0] == "http" || w[0] == "snapshot" || w[0] == "typing" ? 4u
                                                                           : 0u;
  if (wanted == 0 || w.size() != wanted)
    return std::nullopt;
  return a;
}

tally run(const arguments& a) {
  auto& w = a.words;
  if (w[0] == "http")
    return run_http(w[1], w[2], w[3], a.what);
  if (w[0] == "web")
    return run_web(w[1], w[2], a.what);
  if (w[0] == "snapshot")
    return run_snapshots(w[1], w[2], w[3], a.what);
  if (w[0] == "typing")
    return run_typing(w[1], w[2], w[3], a.what);
  if (w[0] == "pty")
    return run_own_typing(w[1], a.what);
  if (is_peer(w[0])) {
    auto c = channel::to_tcp(w[1]);
    return run_peer(w[0], c, a.what);
  }
  if (w[0] == "socket") {
    auto c = channel::to_socket(w[1]);
    return run_lines(c, w[2], a.what);
  }
  if (w[0] == "goridge") {
    auto c = channel::to_child({w[1], w[2]});
    return run_goridge(c, a.what);
  }
  auto c = channel::to_child({w[1]});
  return run_lines(c, "echo", a.what);
}

} // namespace

int main(int argc, char** argv) {
  auto a = parse(argc, argv);
  if (!a) {
    std::fputs(usage, stderr);
    return 2;
  }
  // A call that is never answered must not keep a bench waiting: the signal ends it.
  alarm(static_cast<unsigned>(a->what.seconds) + 30);
  try {
    auto result = run(*a);
    std::printf("{\"mode\":\"%s\",\"outstanding\":%zu,\"payload\":%zu,",
                a->words[0].c_str(), a->what.outstanding, a->what.payload);
    result.print();
    std::printf("}\n");
    return result.good() ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_client: %s\n", e.what());
    return 1;
  }
}
