#include "tests/program/harness/stream.hpp"

#include "tests/unix_socket_name.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace program {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::strerror(errno)};
}

/// Waits for `events` on `fd` until `deadline`; returns whether they came.
bool wait_for(int fd, short events, clock::time_point deadline) {
  for (;;) {
    auto left = std::chrono::ceil<milliseconds>(deadline - clock::now()).count();
    pollfd p{fd, events, 0};
    auto n = ::poll(&p, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (n != 0 || left <= 0)
      return n > 0;
  }
}

descriptor connected(int family, const sockaddr* address, socklen_t size) {
  descriptor fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (fd.get() < 0 || ::connect(fd.get(), address, size) != 0)
    fail("connect");
  return fd;
}

} // namespace

stream stream::to_unix(const std::string& path) {
  auto a = troupe::testing::unix_socket_name(path);
  return stream{connected(AF_UNIX, reinterpret_cast<sockaddr*>(&a), sizeof a)};
}

stream stream::to_loopback(int port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<uint16_t>(port));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto fd = connected(AF_INET, reinterpret_cast<sockaddr*>(&a), sizeof a);
  int one = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return stream{std::move(fd)};
}

void stream::send(std::string_view bytes, milliseconds limit) {
  auto deadline = clock::now() + limit;
  while (!bytes.empty()) {
    auto n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0)
      bytes.remove_prefix(static_cast<size_t>(n));
    else if (errno != EAGAIN && errno != EINTR)
      fail("send");
    else if (!wait_for(fd_.get(), POLLOUT, deadline))
      throw std::runtime_error{"the peer did not read in time"};
  }
}

bool stream::fill(milliseconds limit) {
  if (ended_ || !wait_for(fd_.get(), POLLIN, clock::now() + limit))
    return false;
  char buffer[64 * 1024];
  auto n = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (n > 0)
    in_.append(buffer, static_cast<size_t>(n));
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    ended_ = true;
  return !ended_;
}

std::string stream::take_until(std::string_view mark, milliseconds limit) {
  auto deadline = clock::now() + limit;
  size_t searched = 0;
  for (;;) {
    auto at = in_.find(mark, searched);
    if (at != std::string::npos) {
      auto taken = in_.substr(0, at);
      in_.erase(0, at + mark.size());
      return taken;
    }
    searched = in_.size() < mark.size() ? 0 : in_.size() - mark.size() + 1;
    auto left = std::chrono::ceil<milliseconds>(deadline - clock::now());
    if (!fill(std::max(left, 0ms)) && (ended_ || clock::now() >= deadline))
      throw std::runtime_error{(ended_ ? "the stream ended" : "nothing came in time")
                               + std::string{"; so far: "} + in_.substr(0, 500)};
  }
}

std::string stream::take(size_t n, milliseconds limit) {
  auto deadline = clock::now() + limit;
  while (in_.size() < n) {
    auto left = std::chrono::ceil<milliseconds>(deadline - clock::now());
    if (!fill(std::max(left, 0ms)) && (ended_ || clock::now() >= deadline))
      throw std::runtime_error{"expected " + std::to_string(n) + " bytes, got "
                               + std::to_string(in_.size())};
  }
  auto taken = in_.substr(0, n);
  in_.erase(0, n);
  return taken;
}

bool stream::is_closed_within(milliseconds limit) {
  auto deadline = clock::now() + limit;
  while (!ended_ && clock::now() < deadline)
    fill(std::max(std::chrono::ceil<milliseconds>(deadline - clock::now()), 0ms));
  return ended_;
}

void stream::shut_down_writing() {
  ::shutdown(fd_.get(), SHUT_WR);
}

} // namespace program
