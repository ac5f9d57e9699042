#include "tests/program/workers/descendants.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace {

[[noreturn]] void wait_for_ever() {
  ::signal(SIGTERM, SIG_IGN);
  for (;;)
    ::pause();
}

[[noreturn]] void be_descendant(const call_line& c, int report) {
  if (c.has("own_session"))
    ::setsid();
  if (c.has("own_group"))
    ::setpgid(0, 0);
  auto pid = ::getpid();
  if (::write(report, &pid, sizeof pid) != sizeof pid)
    ::_exit(1);
  ::close(report);
  if (c.has("bare")) {
    ::signal(SIGTERM, SIG_IGN);
    char* none[] = {nullptr};
    ::execle("/bin/sleep", "sleep", "600", nullptr, none);
  }
  wait_for_ever();
}

} // namespace

pid_t start_descendant(const call_line& c) {
  int ends[2];
  if (::pipe(ends) != 0)
    return -1;
  auto child = ::fork();
  if (child == 0) {
    if (c.has("orphan") && ::fork() != 0)
      ::_exit(0);
    be_descendant(c, ends[1]);
  }
  ::close(ends[1]);
  if (c.has("orphan"))
    ::waitpid(child, nullptr, 0);
  // The other end closes when the program runs, or has begun to wait.
  pid_t pid = -1;
  pid_t more;
  if (::read(ends[0], &pid, sizeof pid) == sizeof pid) [[maybe_unused]]
    auto n = ::read(ends[0], &more, sizeof more);
  ::close(ends[0]);
  return pid;
}

pid_t move_to_other_group() {
  auto child = ::fork();
  if (child == 0)
    wait_for_ever();
  ::setpgid(child, child);
  ::setpgid(0, child);
  return child;
}
