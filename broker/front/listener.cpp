#include "broker/front/listener.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/loop/unix_address.hpp"
#include "actors/os/tcp_listen.hpp"
#include "broker/front/dead_socket.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace troupe::front {

namespace {

/// Clients that may wait to be accepted.
constexpr int backlog = 1024;

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

result<bound_socket, std::string> bind_tcp(const std::string& listen,
                                           std::string_view scheme) {
  auto sockets = os::listen_tcp(listen);
  if (!sockets)
    return failure(std::move(sockets).error());
  return bound_socket{std::move(sockets->fds),
                      std::string{scheme} + "://" + sockets->address};
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
                   std::shared_ptr<loop::unique_fd> spare,
                   std::shared_ptr<front_counts> counts)
  : socket_(loop, std::move(fd))
  , rest_(loop,
          loop::unique_fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)})
  , on_client_(std::move(on_client))
  , log_(std::move(log))
  , spare_(std::move(spare))
  , counts_(std::move(counts)) {}

void listener::start() {
  socket_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) { self->accept_all(); });
  rest_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) {
    uint64_t times = 0;
    if (::read(self->rest_.get(), &times, sizeof times) == sizeof times)
      self->socket_.want(EPOLLIN);
  });
}

void listener::stop() {
  socket_.close();
  rest_.close();
}

void listener::turn_away(int why) {
  // Without the spare descriptor the client would wait, and the loop spin, until one is
  // free somewhere.
  spare_->reset();
  loop::unique_fd refused{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  auto took = static_cast<bool>(refused);
  refused.reset();
  spare_->reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (took) {
    counts_->refuse(turned_away::no_descriptor);
    ++untold_;
  } else {
    rest(); // the limit is below what is open: the client waits
  }
  auto now = std::chrono::steady_clock::now();
  if (now - told_ < front_limits::refusal_log)
    return;
  told_ = now;
  auto count = std::exchange(untold_, 0);
  write_log(*log_, spdlog::level::err, {.event = "clients_turned_away"}, "{}: {}",
            count > 0 ? "turned " + counted(count, "client") + " away"
                      : "clients have to wait",
            std::strerror(why));
}

void listener::rest() {
  itimerspec due{};
  due.it_value.tv_nsec = std::chrono::nanoseconds{front_limits::accept_pause}.count();
  if (::timerfd_settime(rest_.get(), 0, &due, nullptr) == 0)
    socket_.want(0);
}

void listener::accept_all() {
  for (;;) {
    loop::unique_fd client{
        ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (client) {
      on_client_(std::move(client));
    } else if (errno == EMFILE || errno == ENFILE) {
      turn_away(errno);
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

} // namespace troupe::front
