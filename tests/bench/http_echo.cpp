/// A server of HTTP that answers each request with its body, for proxies to stand before.
///
///   http_echo PROCESSES     prints the port where it listens on the loopback interface
///
/// It knows no more of HTTP than proxies need: a head, Content-Length, a body, and
/// connections that are kept. It knows uwsgi's protocol too, whose router speaks no
/// other.

#include "tests/bench/channel.hpp"
#include "tests/bench/tcp.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace troupe::bench;

namespace {

/// Returns the length that a head tells, 0 where it tells none.
size_t body_length(std::string_view head) {
  constexpr std::string_view name = "content-length:";
  size_t length = 0;
  for (auto at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at)) {
    at += 2;
    if (head.size() - at < name.size()
        || strncasecmp(head.data() + at, name.data(), name.size()) != 0)
      continue;
    auto digits = head.find_first_not_of(' ', at + name.size());
    if (digits != std::string_view::npos)
      std::from_chars(head.data() + digits, head.data() + head.size(), length);
  }
  return length;
}

void append_answer(std::string& out, std::string_view body) {
  out.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

/// Moves the bodies of the complete requests in `in` to `out`, each as an answer.
void answer_http(std::string& in, std::string& out) {
  for (auto end = in.find("\r\n\r\n"); end != std::string::npos;
       end = in.find("\r\n\r\n")) {
    auto length = body_length(std::string_view{in}.substr(0, end));
    if (in.size() < end + 4 + length)
      return;
    append_answer(out, std::string_view{in}.substr(end + 4, length));
    in.erase(0, end + 4 + length);
  }
}

/// Does so with a request of uwsgi's own protocol: four bytes with the size of the
/// variables, which are names and values, each behind a size of two bytes, the least
/// first. Its router wants the end of the stream behind the answer.
bool answer_uwsgi(std::string_view in, std::string& out) {
  auto number = [&](size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(in[at])
                               | static_cast<unsigned char>(in[at + 1]) << 8);
  };
  constexpr size_t header = 4;
  if (in.size() < header || in.size() < header + number(1))
    return false;
  auto end = header + number(1);
  constexpr std::string_view name = "CONTENT_LENGTH";
  size_t length = 0;
  if (auto at = in.substr(0, end).find(name); at != std::string_view::npos) {
    auto value = at + name.size() + 2;
    std::from_chars(in.data() + value, in.data() + value + number(value - 2), length);
  }
  if (in.size() < end + length)
    return false;
  append_answer(out, in.substr(end, length));
  return true;
}

/// Writes all of it; a proxy reads what it asked for.
bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

class server {
public:
  explicit server(int listener)
    : listener_(listener) {
    watch(listener);
  }

  [[noreturn]] void run() {
    epoll_event events[64];
    for (;;) {
      auto n = epoll_wait(epoll_, events, 64, -1);
      if (n < 0 && errno != EINTR)
        fail("epoll_wait");
      for (int i = 0; i < n; ++i)
        events[i].data.fd == listener_ ? accept_one() : serve(events[i].data.fd);
    }
  }

private:
  void watch(int fd) const {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) != 0)
      fail("epoll_ctl");
  }

  void accept_one() {
    auto fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0)
      return; // another process was faster
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd);
  }

  void serve(int fd) {
    auto& in = received_[fd];
    std::string out;
    auto n = recv(fd, space_.data(), space_.size(), 0);
    in.append(space_, 0, static_cast<size_t>(std::max<ssize_t>(n, 0)));
    auto is_uwsgi = in.starts_with('\0');
    auto is_last = is_uwsgi && answer_uwsgi(in, out);
    if (!is_uwsgi)
      answer_http(in, out);
    if (n <= 0 || !write_all(fd, out) || is_last) {
      received_.erase(fd);
      close(fd);
    }
  }

  int listener_;
  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::map<int, std::string> received_;
  std::string space_ = std::string(256 * 1024, '\0');
};

} // namespace

int main(int argc, char** argv) {
  auto processes = argc == 2 ? std::atoi(argv[1]) : 0;
  if (processes < 1) {
    std::fputs("usage: http_echo PROCESSES\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  try {
    int port = 0;
    auto listener = listen_on_loopback(port);
    fcntl(listener, F_SETFL, O_NONBLOCK); // several processes accept from it
    std::printf("%d\n", port);
    std::fflush(stdout);
    for (int i = 1; i < processes; ++i)
      if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        break;
      }
    server{listener}.run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "http_echo: %s\n", e.what());
    return 1;
  }
}
