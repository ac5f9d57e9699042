#include "broker/front/listener.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/loop/unix_address.hpp"
#include "actors/os/tcp_listen.hpp"
#include "broker/front/dead_socket.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sys/resource.h>
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

loop::unique_fd make_timer() {
  return loop::unique_fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
}

/// Whether a new descriptor could have the number of `fd` if that were closed. Not so if
/// the limit was lowered below it.
bool frees_a_descriptor(int fd) {
  rlimit limit{};
  return fd >= 0 && ::getrlimit(RLIMIT_NOFILE, &limit) == 0
         && static_cast<rlim_t>(fd) < limit.rlim_cur;
}

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

std::shared_ptr<listener_spare> listener::make_spare() {
  auto spare = std::make_shared<listener_spare>();
  spare->timer = make_timer();
  return spare;
}

listener::listener(loop::event_loop& loop, loop::unique_fd fd, handler on_client,
                   std::shared_ptr<spdlog::logger> log,
                   std::shared_ptr<listener_spare> spare,
                   std::shared_ptr<front_counts> counts)
  : socket_(loop, std::move(fd))
  , rest_(loop, {})
  , on_client_(std::move(on_client))
  , log_(std::move(log))
  , spare_(std::move(spare))
  , counts_(std::move(counts)) {}

void listener::start() {
  socket_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) { self->accept_all(); });
}

void listener::stop() {
  socket_.close();
  if (rest_.is_open())
    end_rest();
}

void listener::turn_away(int why) {
  // Without the spare descriptor the client would wait, and the loop spin, until one is
  // free somewhere.
  auto took = false;
  if (frees_a_descriptor(spare_->timer.get())) {
    spare_->timer.reset();
    loop::unique_fd refused{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    took = static_cast<bool>(refused);
    refused.reset();
    spare_->timer = make_timer();
  }
  if (took) {
    counts_->refuse(turned_away::no_descriptor);
    ++untold_;
  } else {
    rest();
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
  if (spare_->is_timing) {
    spare_->waiting.push_back(weak_from_this());
    return socket_.want(0);
  }
  if (!spare_->timer)
    spare_->timer = make_timer(); // it was lost to somebody else
  itimerspec due{};
  due.it_value.tv_nsec = std::chrono::nanoseconds{front_limits::accept_pause}.count();
  if (::timerfd_settime(spare_->timer.get(), 0, &due, nullptr) != 0)
    return;
  socket_.want(0);
  spare_->is_timing = true;
  rest_.open(std::move(spare_->timer));
  rest_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) { self->end_rest(); });
}

void listener::end_rest() {
  auto self = shared_from_this(); // the handler that is running goes away
  spare_->timer = rest_.release();
  spare_->is_timing = false;
  go_on();
  for (auto& other : std::exchange(spare_->waiting, {}))
    if (auto l = other.lock())
      l->go_on();
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
