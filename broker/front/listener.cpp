#include "broker/front/listener.hpp"

#include "actors/loop/unix_address.hpp"
#include "broker/front/dead_socket.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace troupe::front {

namespace {

/// Clients that may wait to be accepted.
constexpr int backlog = 1024;

/// How often a free port is chosen anew that another program has on another address.
constexpr int port_attempts = 16;

/// Returns the failure of a system call, which has set errno.
tl::unexpected<std::string> system_failure(const std::string& what) {
  return failure(what + ": " + std::strerror(errno));
}

result<sockaddr_un, std::string> to_address(const std::filesystem::path& path) {
  auto text = path.string();
  auto name = loop::unix_address(text);
  if (!name)
    return failure("socket path '" + text + "' is longer than "
                   + std::to_string(loop::longest_socket_path) + " bytes");
  return *name;
}

result<loop::unique_fd, std::string> make_socket(int family) {
  loop::unique_fd fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd)
    return system_failure("socket");
  return fd;
}

/// Splits `host:port` or `[v6]:port`.
result<std::pair<std::string, std::string>, std::string>
split(const std::string& listen) {
  auto colon = listen.rfind(':');
  if (colon == std::string::npos)
    return failure("'" + listen + "' is not host:port");
  auto host = listen.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return std::pair{host, listen.substr(colon + 1)};
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
    auto second = resolve(listen, "::1", port);
    if (!both || !second)
      return both ? second : both;
    both->push_back(second->front());
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

/// Makes a socket that listens at `a`; what is wrong is in errno.
loop::unique_fd listen_at(tcp_address a, bool is_one_of_many) {
  loop::unique_fd fd{
      ::socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd)
    return fd;
  int one = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); // inherited
  if (is_one_of_many && a.storage.ss_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  if (::bind(fd.get(), a.get(), a.size) != 0 || ::listen(fd.get(), backlog) != 0) {
    auto error = errno;
    fd.reset();
    errno = error;
  }
  return fd;
}

/// Binds every address that there is, all to one port. Returns no descriptor where the
/// port that the first was given is taken on another, and `may_retry`.
result<std::vector<loop::unique_fd>, std::string>
bind_all(const std::vector<tcp_address>& addresses, bool may_retry,
         const std::string& listen) {
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
      return system_failure("cannot listen on '" + listen + "'");
    }
  }
  errno = error;
  if (fds.empty())
    return system_failure("cannot listen on '" + listen + "'");
  return fds;
}

} // namespace

result<bound_socket, std::string> bind_unix(const std::filesystem::path& path,
                                            std::chrono::milliseconds patience) {
  auto address = to_address(path);
  if (!address)
    return failure(std::move(address).error());
  auto a = reinterpret_cast<sockaddr*>(&*address);
  if (auto removed = remove_dead_socket(path, a, sizeof *address, patience); !removed)
    return failure(std::move(removed).error());
  auto fd = make_socket(AF_UNIX);
  if (!fd)
    return failure(std::move(fd).error());
  struct stat info {};
  // Set the rights before `listen`: until then no client can connect.
  if (::bind(fd->get(), a, sizeof *address) != 0
      || ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0
      || ::listen(fd->get(), backlog) != 0 || ::lstat(path.c_str(), &info) != 0)
    return system_failure("cannot listen on '" + path.string() + "'");
  bound_socket bound{{}, path.string(), info.st_ino};
  bound.fds.push_back(*std::move(fd));
  return bound;
}

void unlink_socket(const std::string& name, ino_t inode) {
  struct stat info {};
  if (::lstat(name.c_str(), &info) == 0 && info.st_ino == inode)
    ::unlink(name.c_str());
}

result<bound_socket, std::string> bind_tcp(const std::string& listen) {
  auto parts = split(listen);
  if (!parts)
    return failure(std::move(parts).error());
  auto& [host, port] = *parts;
  auto addresses = resolve(listen, host, port);
  if (!addresses)
    return failure(std::move(addresses).error());
  std::vector<loop::unique_fd> fds;
  for (int left = port_attempts; fds.empty(); --left) {
    auto bound = bind_all(*addresses, left > 1, listen);
    if (!bound)
      return failure(std::move(bound).error());
    fds = *std::move(bound);
  }
  auto shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  auto name = "http://" + shown + ":" + std::to_string(port_of(fds.front().get()));
  return bound_socket{std::move(fds), std::move(name)};
}

bool is_same_user(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0
         && peer.uid == ::geteuid();
}

std::shared_ptr<loop::unique_fd> listener::make_spare() {
  return std::make_shared<loop::unique_fd>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

listener::listener(loop::event_loop& loop, loop::unique_fd fd, handler on_client,
                   std::shared_ptr<spdlog::logger> log,
                   std::shared_ptr<loop::unique_fd> spare)
  : socket_(loop, std::move(fd))
  , on_client_(std::move(on_client))
  , log_(std::move(log))
  , spare_(std::move(spare)) {}

void listener::start() {
  socket_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) { self->accept_all(); });
}

void listener::stop() {
  socket_.close();
}

void listener::accept_all() {
  for (;;) {
    loop::unique_fd client{
        ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (client) {
      on_client_(std::move(client));
    } else if (errno == EMFILE || errno == ENFILE) {
      // Without the spare descriptor the client would wait, and the loop spin, until one
      // is free somewhere: turn it away instead.
      log_->error("turned a client away: {}", std::strerror(errno));
      spare_->reset();
      loop::unique_fd refused{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      refused.reset();
      spare_->reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

} // namespace troupe::front
