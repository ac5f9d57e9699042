#include "actors/os/guardian.hpp"

#include "actors/os/worker_mark.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace troupe::os {

namespace {

std::system_error make_error(const std::string& step, int error) {
  return {error, std::generic_category(), "guardian: " + step};
}

/// The settings for `posix_spawn`: a `setsid` group of its own, default signals, and no
/// descriptor but the node's socket.
struct spawn_settings {
  explicit spawn_settings(int socket) {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                                | POSIX_SPAWN_SETSID);
    ::posix_spawn_file_actions_adddup2(&actions, socket, 0);
    // The node's terminal and pipes must end with the node, not with the guardian.
    for (int fd : {1, 2})
      ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  }
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

/// Above the descriptors that the guardian has for itself.
loop::unique_fd lifted(int fd) {
  loop::unique_fd low{fd};
  return loop::unique_fd{::fcntl(low.get(), F_DUPFD_CLOEXEC, 3)};
}

} // namespace

guardian::guardian(guardian_times times, std::string program)
  : times_(times)
  , program_(std::move(program))
  , node_(make_node_mark())
  , wakeups_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wakeups_)
    throw make_error("eventfd", errno);
  auto first = start();
  if (!first)
    throw first.error();
  install(*std::move(first));
  // Signals are for the program's own threads.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[this] { run(); }};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

guardian::~guardian() {
  {
    std::lock_guard lock{mutex_};
    ended_ = true;
  }
  ::eventfd_write(wakeups_.get(), 1);
  thread_.join();
  // A guardian that is stopped would stay so for ever.
  if (present_.exit)
    ::syscall(SYS_pidfd_send_signal, present_.exit.get(), SIGCONT, nullptr, 0);
}

result<guardian::connection, std::system_error> guardian::start() const {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return failure(make_error("socketpair", errno));
  auto own = lifted(ends[0]);
  auto other = lifted(ends[1]);
  if (!own || !other)
    return failure(make_error("fcntl", errno));
  spawn_settings settings{other.get()};
  char name[] = "troupe-guardian";
  auto mark = node_;
  char* argv[] = {name, mark.data(), nullptr};
  connection c;
  if (auto error = ::posix_spawn(&c.pid, program_.c_str(), &settings.actions,
                                 &settings.attributes, argv, ::environ))
    return failure(make_error("cannot run " + program_, error));
  c.socket = std::move(own);
  c.exit.reset(static_cast<int>(::syscall(SYS_pidfd_open, c.pid, 0)));
  if (!c.exit)
    return failure(make_error("it has ended", errno));
  return c;
}

void guardian::install(connection c) {
  present_ = std::move(c);
  outbox_.clear();
  pings_ = answered_ = 0;
  nudged_ = false;
  began_ = last_ping_ = clock::now();
  for (auto& [number, m] : children_)
    append(m);
  flush();
}

void guardian::watch(uint64_t number, pid_t group, uint64_t started) {
  tell({guardian_message::kind::watch, group, number, started});
}

void guardian::spare(uint64_t number) {
  tell({guardian_message::kind::spare, 0, number, 0});
}

void guardian::forget(uint64_t number) {
  tell({guardian_message::kind::forget, 0, number, 0});
}

void guardian::tell(const guardian_message& m) {
  std::lock_guard lock{mutex_};
  if (m.what == guardian_message::kind::forget)
    children_.erase(m.number);
  else
    children_[m.number] = m;
  if (present_.pid < 0)
    return; // the next one is told of all
  append(m);
  flush();
  if (!outbox_.empty())
    ::eventfd_write(wakeups_.get(), 1);
}

void guardian::append(const guardian_message& m) {
  outbox_.append(reinterpret_cast<const char*>(&m), sizeof m);
}

/// A message in the socket is as good as delivered: the guardian reads it even if the
/// node is gone.
void guardian::flush() {
  size_t done = 0;
  while (done < outbox_.size()) {
    auto n = ::send(present_.socket.get(), outbox_.data() + done, outbox_.size() - done,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    done += static_cast<size_t>(n);
  }
  outbox_.erase(0, done);
}

pid_t guardian::pid() const {
  std::lock_guard lock{mutex_};
  return present_.pid;
}

bool guardian::may_be(pid_t pid) const {
  std::lock_guard lock{mutex_};
  return changing_ || pid == present_.pid;
}

void guardian::report_to(std::function<void(const std::string&)> report) {
  std::lock_guard lock{mutex_};
  report_ = std::move(report);
}

} // namespace troupe::os
