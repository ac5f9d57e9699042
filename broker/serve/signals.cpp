#include "broker/serve/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace troupe::serve {

namespace {

/// Has a signal end the process, if it comes to this thread. A shell has its background
/// jobs ignore SIGINT: that stays so.
void set_free(int number) {
  if (number != SIGINT)
    ::signal(number, SIG_DFL);
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, number);
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
}

} // namespace

void prepare_signals() {
  // The failing call reports these: a reader that is gone, a file that may not grow.
  for (auto number : {SIGPIPE, SIGXFSZ})
    ::signal(number, SIG_IGN);
  for (auto number : {SIGHUP, SIGUSR1}) // nothing is there to be read or opened again
    ::signal(number, SIG_IGN);
  for (auto number : {SIGTERM, SIGINT})
    set_free(number);
}

signals::signals() {
  sigset_t watched;
  ::sigemptyset(&watched);
  for (auto number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD})
    ::sigaddset(&watched, number);
  ::sigprocmask(SIG_BLOCK, &watched, nullptr);
  for (auto number : {SIGHUP, SIGUSR1, SIGCHLD}) // of ignored ones nobody would be told
    ::signal(number, SIG_DFL);
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

void signals::let_end() {
  for (auto number : {SIGTERM, SIGINT})
    set_free(number);
}

void signals::die_of(int number) {
  set_free(number);
  ::raise(number);
  ::_exit(128 + number);
}

} // namespace troupe::serve
