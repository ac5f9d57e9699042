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

/// Returns the failure of a system call just made.
tl::unexpected<std::string> failed(const std::string& what) {
  return failure(what + ": " + std::strerror(errno));
}

result<void, std::string> bind_unix(int fd, const socket_file& file,
                                    const spawn_spec& spec) {
  auto& path = file.path();
  auto name = file.address();
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
    return failed("cannot make the socket " + path.string());
  // Set the rights before `listen`: until then no client can connect.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0
      || (spec.as && ::chown(path.c_str(), spec.as->user, spec.as->group) != 0))
    return failed("cannot set the rights of " + path.string());
  return {};
}

/// Returns the address that the child dials.
result<std::string, std::string> bind_tcp(int fd) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0
      || ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    return failed("cannot open a port of 127.0.0.1");
  return "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
}

} // namespace

result<void, std::string> acceptor::bind(const spawn_spec& spec) {
  if (file_)
    return bind_unix(socket_.get(), *file_, spec);
  return bind_tcp(socket_.get()).map([this](std::string a) { address_ = std::move(a); });
}

result<acceptor, std::string> acceptor::open(const spawn_spec& spec, peer who) {
  auto is_unix = spec.talks == channel::unix_socket;
  acceptor l{who};
  if (is_unix) {
    auto file = socket_file::prepare(spec);
    if (!file)
      return failure(std::move(file).error());
    l.file_.emplace(*std::move(file));
    l.address_ = l.file_->path();
  }
  l.socket_.reset(::socket(is_unix ? AF_UNIX : AF_INET,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!l.socket_)
    return failed("cannot make a socket");
  if (auto bound = l.bind(spec); !bound)
    return failure(std::move(bound).error());
  if (::listen(l.socket_.get(), 8) != 0)
    return failed("cannot listen on " + l.address_);
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
