// The thread that looks after the guardian.
#include "actors/os/exit_status.hpp"
#include "actors/os/guardian.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace troupe::os {

namespace {

using std::chrono::milliseconds;

/// Bytes that a guardian may be behind. It takes in a message in microseconds.
constexpr size_t longest_outbox = 64 * 1024;

/// A guardian that got a SIGCONT may be so many times as far behind.
constexpr size_t nudged_factor = 8;

/// The second guardian in a row that ends sooner is followed by a pause.
constexpr auto short_life = std::chrono::seconds{10};

constexpr milliseconds longest_pause{30'000};

/// How long a killed guardian is waited for, to say how it ended.
constexpr int last_moment_ms = 1000;

} // namespace

void guardian::run() {
  ::prctl(PR_SET_NAME, "guardian-watch");
  for (;;) {
    wait_for_news();
    connection lost;
    result<void, std::string> well;
    pid_t slow = -1;
    {
      std::lock_guard lock{mutex_};
      if (ended_)
        return;
      if (present_.pid > 0)
        well = look();
      slow = std::exchange(nudge_is_news_, false) ? present_.pid : -1;
      if (!well)
        lost = let_go();
    }
    if (slow > 0)
      report("the guardian (pid " + std::to_string(slow)
             + ") does not answer; it was told to go on");
    if (!well) {
      auto how = end(lost).value_or(well.error());
      report("the guardian (pid " + std::to_string(lost.pid) + ") " + how
             + "; another one follows");
    }
    if (is_due())
      start_next();
  }
}

void guardian::wait_for_news() {
  pollfd news[3] = {{wakeups_.get(), POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}};
  clock::time_point until;
  {
    std::lock_guard lock{mutex_};
    if (present_.pid < 0) {
      until = not_before_;
    } else {
      news[1].fd = present_.exit.get();
      news[2].fd = present_.socket.get();
      if (!outbox_.empty())
        news[2].events |= POLLOUT;
      until = last_ping_ + (answered_ < pings_ ? times_.patience : times_.ping);
    }
  }
  auto left = std::chrono::ceil<milliseconds>(until - clock::now());
  ::poll(news, 3, static_cast<int>(std::max(left, milliseconds{0}).count()));
  eventfd_t count;
  ::eventfd_read(wakeups_.get(), &count);
}

/// Asks the guardian whether it is there if that is due. Fails if the guardian is to be
/// replaced; the error says what is wrong, for a person.
result<void, std::string> guardian::look() {
  pollfd exit{present_.exit.get(), POLLIN, 0};
  if (::poll(&exit, 1, 0) > 0)
    return failure("has ended");
  // First what it has said, then the clock: this thread may have been held up itself.
  read_answers();
  flush();
  if (answered_ == pings_ && outbox_.empty())
    nudged_ = false;
  if (!is_too_slow())
    ping_if_due();
  else if (nudged_)
    return failure("does not answer and was killed");
  else
    nudge();
  return {};
}

/// Most often it is stopped, as by a signal of a person, and that is soon mended.
void guardian::nudge() {
  nudged_ = nudge_is_news_ = true;
  ::syscall(SYS_pidfd_send_signal, present_.exit.get(), SIGCONT, nullptr, 0);
  append({guardian_message::kind::ping, 0, ++pings_, 0});
  last_ping_ = clock::now();
  flush();
}

void guardian::read_answers() {
  uint64_t numbers[64];
  for (;;) {
    auto n = ::recv(present_.socket.get(), numbers, sizeof numbers, MSG_DONTWAIT);
    if (n < static_cast<ssize_t>(sizeof numbers[0]))
      return;
    answered_ = numbers[static_cast<size_t>(n) / sizeof numbers[0] - 1];
  }
}

bool guardian::is_too_slow() const {
  auto most = longest_outbox + 2 * children_.size() * sizeof(guardian_message);
  if (outbox_.size() > (nudged_ ? nudged_factor * most : most))
    return true;
  return answered_ < pings_ && clock::now() >= last_ping_ + times_.patience;
}

void guardian::ping_if_due() {
  if (answered_ < pings_ || clock::now() < last_ping_ + times_.ping)
    return;
  append({guardian_message::kind::ping, 0, ++pings_, 0});
  last_ping_ = clock::now();
  flush();
}

/// From now on what is told is kept for the next one.
guardian::connection guardian::let_go() {
  auto now = clock::now();
  if (now >= began_ + short_life)
    pause_ = milliseconds{0};
  not_before_ = now + pause_;
  pause_ = std::clamp(2 * pause_, times_.retry, longest_pause);
  outbox_.clear();
  changing_ = true; // until it is reaped
  return std::exchange(present_, {});
}

/// Kills and reaps it. Returns how it ended, if it did so before.
std::optional<std::string> guardian::end(const connection& lost) {
  pollfd exit{lost.exit.get(), POLLIN, 0};
  auto had_ended = ::poll(&exit, 1, 0) > 0;
  if (!had_ended) {
    ::syscall(SYS_pidfd_send_signal, lost.exit.get(), SIGKILL, nullptr, 0);
    ::poll(&exit, 1, last_moment_ms);
  }
  siginfo_t info{};
  auto waited = ::waitid(static_cast<idtype_t>(P_PIDFD),
                         static_cast<id_t>(lost.exit.get()), &info, WEXITED | WNOHANG);
  {
    std::lock_guard lock{mutex_};
    changing_ = false;
  }
  if (waited != 0 || info.si_pid == 0 || !had_ended)
    return std::nullopt;
  return to_string(info.si_code == CLD_EXITED ? exit_status{exited{info.si_status}}
                                              : exit_status{signalled{info.si_status}});
}

bool guardian::is_due() const {
  std::lock_guard lock{mutex_};
  return present_.pid < 0 && clock::now() >= not_before_;
}

/// Starts it without the lock: other threads do not wait meanwhile.
void guardian::start_next() {
  {
    std::lock_guard lock{mutex_};
    changing_ = true;
  }
  auto next = start();
  {
    std::lock_guard lock{mutex_};
    changing_ = false;
    if (next) {
      install(*std::move(next));
    } else {
      not_before_ = clock::now() + std::max(pause_, times_.retry);
      pause_ = std::clamp(2 * pause_, times_.retry, longest_pause);
    }
  }
  if (!next)
    report("no guardian can be started: " + std::string{next.error().what()}
           + "; until there is one, a node that is killed leaves behind what its workers"
             " have started");
}

void guardian::report(const std::string& text) {
  std::function<void(const std::string&)> told;
  {
    std::lock_guard lock{mutex_};
    told = report_;
  }
  if (told)
    told(text);
}

} // namespace troupe::os
