#include "actors/os/tcp_listen.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace troupe::os {

namespace {

/// Clients that may wait to be accepted.
constexpr int most_waiting = 1024;

/// How often a free port is chosen anew that another program has on another address.
constexpr int port_attempts = 16;

/// The host and the port of an address.
using host_and_port = std::pair<std::string, std::string>;

/// Splits `host:port` or `[v6]:port`.
result<host_and_port, std::string> split(const std::string& listen) {
  auto colon = listen.rfind(':');
  if (colon == std::string::npos)
    return failure("'" + listen + "' is not host:port");
  auto host = listen.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return host_and_port{host, listen.substr(colon + 1)};
}

uint16_t port_of(int fd) {
  sockaddr_storage a{};
  socklen_t size = sizeof a;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size);
  return a.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6*>(&a)->sin6_port)
                                 : ntohs(reinterpret_cast<sockaddr_in*>(&a)->sin_port);
}

/// An address of a listening socket.
struct tcp_address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  uint16_t& port() {
    return storage.ss_family == AF_INET6
               ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
               : reinterpret_cast<sockaddr_in&>(storage).sin_port;
  }
};

result<std::vector<tcp_address>, std::string>
resolve(const std::string& listen, const std::string& host, const std::string& port) {
  if (::strcasecmp(host.c_str(), "localhost") == 0) {
    auto both = resolve(listen, "127.0.0.1", port);
    auto v6 = resolve(listen, "::1", port);
    if (both && v6)
      both->push_back(v6->front());
    return both;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (auto ec = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); ec != 0)
    return failure("cannot resolve '" + listen + "': " + ::gai_strerror(ec));
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  std::vector<tcp_address> all;
  for (; found; found = found->ai_next) {
    tcp_address a;
    std::memcpy(&a.storage, found->ai_addr, found->ai_addrlen);
    a.size = found->ai_addrlen;
    all.push_back(a);
  }
  return all;
}

/// Returns whether this machine lacks the address, or its family altogether.
bool is_absent(int error) {
  return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT;
}

bool is_loopback(const tcp_address& a) {
  if (a.storage.ss_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(
        &reinterpret_cast<const sockaddr_in6&>(a.storage).sin6_addr);
  auto address = reinterpret_cast<const sockaddr_in&>(a.storage).sin_addr.s_addr;
  return ntohl(address) >> 24 == IN_LOOPBACKNET;
}

/// Within a machine there is no congestion to control, and the control that the system
/// has chosen for networks may be a dear one: with bbr, which keeps a model and a timer
/// for each connection, a call over HTTP took an eighth more of the node's processor
/// time.
void choose_plain_congestion_control(int fd) {
  constexpr std::string_view plain = "reno"; // every kernel has it
  ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, plain.data(), plain.size());
}

/// Makes a socket that listens at `a`; what is wrong is in errno.
loop::unique_fd listen_at(tcp_address a, bool is_one_of_many) {
  loop::unique_fd fd{
      ::socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd)
    return fd;
  int one = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  // What is set here is inherited by the connections.
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (is_loopback(a))
    choose_plain_congestion_control(fd.get());
  if (is_one_of_many && a.storage.ss_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  if (::bind(fd.get(), a.get(), a.size) != 0 || ::listen(fd.get(), most_waiting) != 0) {
    auto error = errno;
    fd.reset();
    errno = error;
  }
  return fd;
}

/// Binds every address that there is, all to one port. Returns nothing where the port
/// that the first was given is taken on another, and `may_retry`.
result<std::vector<loop::unique_fd>, std::string>
bind_all(const std::vector<tcp_address>& addresses, bool may_retry,
         const std::string& listen) {
  auto cannot = [&](int why) {
    return failure("cannot listen on '" + listen + "': " + std::strerror(why));
  };
  std::vector<loop::unique_fd> fds;
  uint16_t chosen = 0;
  int error = 0;
  for (auto a : addresses) {
    auto is_free_choice = a.port() == 0;
    if (chosen != 0)
      a.port() = htons(chosen);
    auto fd = listen_at(a, addresses.size() > 1);
    if (fd) {
      chosen = port_of(fd.get());
      fds.push_back(std::move(fd));
    } else if (errno == EADDRINUSE && is_free_choice && chosen != 0 && may_retry) {
      return std::vector<loop::unique_fd>{};
    } else if (error = errno; !is_absent(error)) {
      return cannot(error);
    }
  }
  if (fds.empty())
    return cannot(error);
  return fds;
}

} // namespace

result<listening_sockets, std::string> listen_tcp(const std::string& listen) {
  auto parts = split(listen);
  if (!parts)
    return failure(std::move(parts).error());
  auto [host, port] = *std::move(parts);
  auto addresses = resolve(listen, host, port);
  if (!addresses)
    return failure(std::move(addresses).error());
  listening_sockets made;
  for (int left = port_attempts; made.fds.empty(); --left) {
    auto fds = bind_all(*addresses, left > 1, listen);
    if (!fds)
      return failure(std::move(fds).error());
    made.fds = *std::move(fds);
  }
  auto shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  made.address = shown + ":" + std::to_string(port_of(made.fds.front().get()));
  return made;
}

} // namespace troupe::os
