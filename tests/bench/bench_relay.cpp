/// The floor of calls between two nodes: what the same bytes cost without nodes on the
/// way. Two of these programs have one TCP connection; lines of a client become frames,
/// and lines again.
///
///   bench_relay far SOCKET           prints the port where it listens; SOCKET is a
///   node's bench_relay near SOCKET PORT     listens at SOCKET for a client, and connects
///   to PORT bench_relay calls SOCKET PORT    the same, but with a map of pending calls
///
/// A frame is four bytes with its length, the greatest first, and a line. Each end reads
/// what is there and writes it at once, and polls as long as a node at most does before
/// it sleeps.

#include "tests/bench/call_table.hpp"
#include "tests/bench/channel.hpp"
#include "tests/bench/tcp.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace troupe::bench;

namespace {

constexpr std::chrono::microseconds spin{160};
constexpr size_t header = 4;

/// A descriptor that is closed with its owner.
class descriptor {
public:
  explicit descriptor(int fd)
    : fd_(fd) {}
  descriptor(descriptor&&) = delete;
  ~descriptor() { close(fd_); }

  int get() const noexcept { return fd_; }

private:
  int fd_;
};

/// One end of a relay: bytes that came and were not taken yet, and bytes to be written.
class end_point {
public:
  explicit end_point(int fd)
    : fd_(fd) {
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  }

  pollfd wanted() const {
    auto events = out_.empty() ? POLLIN : POLLIN | POLLOUT;
    return {fd_, static_cast<short>(events), 0};
  }

  /// Reads what is there; returns false at the end of the stream.
  bool receive() {
    auto n = read(fd_, space_.data(), space_.size());
    in_.append(space_, 0, static_cast<size_t>(std::max<ssize_t>(n, 0)));
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
  }

  /// Writes what fits; returns false when nobody reads any more.
  bool send() {
    if (out_.empty())
      return true;
    auto n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (n < 0)
      return errno == EAGAIN || errno == EINTR;
    out_.erase(0, static_cast<size_t>(n));
    return true;
  }

  std::string& in() { return in_; }
  std::string& out() { return out_; }

private:
  int fd_;
  std::string space_ = std::string(256 * 1024, '\0');
  std::string in_;
  std::string out_;
};

void put_frame(std::string& out, std::string_view line) {
  auto length = static_cast<uint32_t>(line.size());
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(length >> shift & 0xFF);
  out += line;
}

/// Moves the complete lines of `in` to `out`, each as a frame. No line of the first
/// `seen` bytes is complete.
void pack(std::string& in, size_t& seen, std::string& out, call_table* calls) {
  size_t start = 0;
  while (auto p = std::memchr(in.data() + seen, '\n', in.size() - seen)) {
    auto end = static_cast<size_t>(static_cast<char*>(p) - in.data()) + 1;
    auto line = std::string_view{in}.substr(start, end - start);
    calls ? put_frame(out, calls->forward(line)) : put_frame(out, line);
    start = seen = end;
  }
  in.erase(0, start);
  seen = in.size();
}

/// Moves the lines in the complete frames of `in` to `out`.
void unpack(std::string& in, std::string& out, call_table* calls) {
  size_t start = 0;
  while (in.size() - start >= header) {
    size_t length = 0;
    for (size_t i = 0; i < header; ++i)
      length = length << 8 | static_cast<unsigned char>(in[start + i]);
    if (in.size() - start - header < length)
      break;
    auto line = std::string_view{in}.substr(start + header, length);
    calls ? out += calls->back(line) : out += line;
    start += header + length;
  }
  in.erase(0, start);
}

/// Waits until one of both can do something.
void wait_for(pollfd (&both)[2]) {
  using clock = std::chrono::steady_clock;
  for (auto until = clock::now() + spin; clock::now() < until; sched_yield())
    if (poll(both, 2, 0) > 0)
      return;
  if (poll(both, 2, -1) < 0 && errno != EINTR)
    fail("poll");
}

/// Passes on what comes, until one end closes.
void relay(int lines_fd, int frames_fd, call_table* calls = nullptr) {
  end_point lines{lines_fd};
  end_point frames{frames_fd};
  size_t seen = 0;
  for (;;) {
    pollfd both[] = {lines.wanted(), frames.wanted()};
    wait_for(both);
    constexpr auto readable = POLLIN | POLLHUP | POLLERR;
    if ((both[0].revents & readable) != 0) {
      if (!lines.receive())
        return;
      pack(lines.in(), seen, frames.out(), calls);
    }
    if ((both[1].revents & readable) != 0) {
      if (!frames.receive())
        return;
      unpack(frames.in(), lines.out(), calls);
    }
    if (!lines.send() || !frames.send())
      return;
  }
}

int accept_next(const descriptor& listener) {
  auto fd = accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0)
    fail("accept");
  return fd;
}

/// One client after the other, until this program is killed.
[[noreturn]] void serve_far(const std::string& node) {
  int port = 0;
  descriptor listener{listen_on_loopback(port)};
  std::printf("%d\n", port);
  std::fflush(stdout);
  for (;;) {
    descriptor frames{accept_next(listener)};
    int on = 1;
    setsockopt(frames.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    descriptor lines{unix_socket(node, false)};
    relay(lines.get(), frames.get());
  }
}

[[noreturn]] void serve_near(const std::string& path, const std::string& port,
                             bool has_table) {
  descriptor listener{unix_socket(path, true)};
  std::puts("ready");
  std::fflush(stdout);
  for (;;) {
    descriptor lines{accept_next(listener)};
    descriptor frames{connect_to("127.0.0.1:" + port)};
    call_table calls;
    relay(lines.get(), frames.get(), has_table ? &calls : nullptr);
  }
}

} // namespace

int main(int argc, char** argv) {
  std::string_view which = argc > 2 ? argv[1] : "";
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  try {
    if (which == "far" && argc == 3)
      serve_far(argv[2]);
    if ((which == "near" || which == "calls") && argc == 4)
      serve_near(argv[2], argv[3], which == "calls");
    std::fputs("usage: bench_relay far SOCKET | bench_relay near|calls SOCKET PORT\n",
               stderr);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_relay: %s\n", e.what());
    return 1;
  }
}
