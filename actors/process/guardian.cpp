#include "actors/process/guardian.hpp"

#include "actors/process/session.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <vector>

namespace troupe {

namespace {

/// What goes through the pipe; small enough that a write is never torn.
struct message {
  pid_t group;
  bool alive;
};

[[noreturn]] void guard(int pipe) {
  ::prctl(PR_SET_NAME, "troupe-guardian");
  ::setsid(); // the terminal's signals are for the node
  for (auto sig : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
    ::signal(sig, SIG_IGN);
  std::vector<pid_t> groups;
  message m;
  for (;;) {
    auto n = ::read(pipe, &m, sizeof m);
    if (n < 0 && errno == EINTR)
      continue;
    if (n != sizeof m)
      break;
    std::erase(groups, m.group);
    if (m.alive)
      groups.push_back(m.group);
  }
  for (auto group : groups)
    ::kill(-group, SIGKILL);
  kill_sessions(groups);
  ::_exit(0);
}

} // namespace

guardian guardian::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "guardian: pipe"};
  auto pid = ::fork();
  if (pid < 0)
    throw std::system_error{errno, std::generic_category(), "guardian: fork"};
  if (pid == 0) {
    ::close(ends[1]);
    // Its terminal and pipes must end with the node, not with the guardian.
    auto null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; ++fd)
      ::dup2(null, fd);
    guard(ends[0]);
  }
  ::close(ends[0]);
  return {pid, unique_fd{ends[1]}};
}

void guardian::watch(pid_t group) {
  tell(group, true);
}

void guardian::forget(pid_t group) {
  tell(group, false);
}

void guardian::tell(pid_t group, bool alive) {
  message m{};
  m.group = group;
  m.alive = alive;
  while (::write(pipe_.get(), &m, sizeof m) < 0 && errno == EINTR)
    ;
}

} // namespace troupe
