#include "broker/serve/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace troupe {

signals::signals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t watched;
  ::sigemptyset(&watched);
  for (auto number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD})
    ::sigaddset(&watched, number);
  ::sigprocmask(SIG_BLOCK, &watched, nullptr);
  signals_.reset(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  wakeups_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signals_ || !wakeups_)
    throw std::system_error{errno, std::generic_category(), "signalfd"};
}

int signals::wait() {
  for (;;) {
    pollfd both[2] = {{signals_.get(), POLLIN, 0}, {wakeups_.get(), POLLIN, 0}};
    if (::poll(both, 2, -1) < 0)
      continue;
    uint64_t count;
    if (both[1].revents && ::read(wakeups_.get(), &count, sizeof count) > 0)
      return 0;
    signalfd_siginfo s;
    if (::read(signals_.get(), &s, sizeof s) == sizeof s)
      return static_cast<int>(s.ssi_signo);
  }
}

void signals::wake() {
  uint64_t one = 1;
  [[maybe_unused]] auto n = ::write(wakeups_.get(), &one, sizeof one);
}

} // namespace troupe
