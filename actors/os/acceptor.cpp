#include "actors/os/acceptor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

std::string because(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

/// Returns what goes wrong, or nothing.
std::string bind_unix(int fd, const socket_file& file, const spawn_spec& spec) {
  auto& path = file.path();
  auto name = file.address();
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
    return because("cannot make the socket " + path.string());
  // Nobody can connect before `listen`, so nobody does with other rights than these.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0
      || (spec.as && ::chown(path.c_str(), spec.as->user, spec.as->group) != 0))
    return because("cannot set the rights of " + path.string());
  return {};
}

std::string bind_tcp(int fd, std::string& address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0
      || ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    return because("cannot open a port of 127.0.0.1");
  address = "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
  return {};
}

} // namespace

std::variant<acceptor, std::string> acceptor::open(const spawn_spec& spec, peer who) {
  auto is_unix = spec.talks == channel::unix_socket;
  acceptor l{who};
  if (is_unix) {
    auto file = socket_file::prepare(spec);
    if (auto why = std::get_if<std::string>(&file))
      return std::move(*why);
    l.file_.emplace(std::get<socket_file>(std::move(file)));
    l.address_ = l.file_->path();
  }
  l.socket_.reset(::socket(is_unix ? AF_UNIX : AF_INET,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!l.socket_)
    return because("cannot make a socket");
  auto why = is_unix ? bind_unix(l.socket_.get(), *l.file_, spec)
                     : bind_tcp(l.socket_.get(), l.address_);
  if (!why.empty())
    return why;
  if (::listen(l.socket_.get(), 8) != 0)
    return because("cannot listen on " + l.address_);
  return l;
}

loop::unique_fd acceptor::connect(int listening) {
  loop::unique_fd fd{
      ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!fd)
    return {};
  if (!file_) {
    int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }
  return peer_.is_at(fd.get()) ? std::move(fd) : loop::unique_fd{};
}

} // namespace troupe::os
