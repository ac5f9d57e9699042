#include "broker/commands/tty.hpp"

#include "broker/commands/remote_screen.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace troupe::commands {

namespace {

/// A signal handler knows nothing but this.
int wake_pipe[2] = {-1, -1};

} // namespace

bool has_tty() {
  return ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO);
}

vt::dimensions own_size() {
  winsize w{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_row == 0 || w.ws_col == 0)
    return {};
  return {w.ws_row, w.ws_col};
}

void write_to_own(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR)
      return;
    bytes.remove_prefix(n > 0 ? static_cast<size_t>(n) : 0);
  }
}

raw_terminal::raw_terminal() {
  ::tcgetattr(STDIN_FILENO, &before_);
  auto raw = before_;
  ::cfmakeraw(&raw);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  write_to_own(painter::enter());
}

raw_terminal::~raw_terminal() {
  write_to_own(painter::leave());
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

int watch_signals() {
  [[maybe_unused]] auto made = ::pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = [](int number) {
    auto before = errno;
    wake(number == SIGWINCH ? wakeup::resized : wakeup::ended);
    errno = before;
  };
  for (auto number : {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT})
    ::sigaction(number, &action, nullptr);
  return wake_pipe[0];
}

void wake(wakeup why) {
  auto c = static_cast<char>(why);
  [[maybe_unused]] auto n = ::write(wake_pipe[1], &c, 1);
}

std::string take_wakeups() {
  char all[64];
  auto n = ::read(wake_pipe[0], all, sizeof all);
  return {all, n > 0 ? static_cast<size_t>(n) : 0};
}

} // namespace troupe::commands
