#include "tests/program/workers/dial.hpp"

#include "tests/unix_socket_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

int connected(int fd, const void* name, socklen_t size) {
  if (::connect(fd, static_cast<const sockaddr*>(name), size) != 0)
    ::_exit(9);
  return fd;
}

} // namespace

int dial(const char* address) {
  std::string text = address;
  if (text.front() == '/') {
    auto name = troupe::testing::unix_socket_name(text);
    return connected(::socket(AF_UNIX, SOCK_STREAM, 0), &name, sizeof name);
  }
  auto colon = text.find(':');
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(std::atoi(text.c_str() + colon + 1)));
  ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &name.sin_addr);
  return connected(::socket(AF_INET, SOCK_STREAM, 0), &name, sizeof name);
}

void talk_through(int socket) {
  ::dup2(socket, 0);
  ::dup2(socket, 1);
  ::close(socket);
}
