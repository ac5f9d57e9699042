#include "tests/bench/tcp.hpp"

#include "tests/bench/channel.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

namespace troupe::bench {

int connect_to(const std::string& address) {
  auto colon = address.rfind(':');
  if (colon == std::string::npos)
    throw std::runtime_error{address + ": expected host:port"};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto host = address.substr(0, colon);
  if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0)
    throw std::runtime_error{address + ": no such host"};
  auto fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto bad = fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0;
  freeaddrinfo(found);
  if (bad)
    fail(address);
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

int listen_on_loopback(int& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto at = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  auto fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, at, size) != 0 || listen(fd, SOMAXCONN) != 0
      || getsockname(fd, at, &size) != 0)
    fail("listen");
  port = ntohs(address.sin_port);
  return fd;
}

} // namespace troupe::bench
