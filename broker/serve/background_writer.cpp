#include "broker/serve/background_writer.hpp"

#include "broker/serve/log_file.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>

namespace troupe::serve {

namespace {

using namespace std::chrono_literals;

/// Between two looks at whether a reader that does not read is still waited for.
constexpr int patience_ms = 100;

/// Lines that leave in one batch, so that an idle reader costs few writes.
constexpr size_t batch_bytes = size_t{64} * 1024;

} // namespace

struct background_writer::state {
  /// For the thread that writes.
  int fd = -1;
  /// What `replace` gave; empty before.
  loop::unique_fd own;
  /// A line has broken off there: the next one begins anew. For the thread that writes.
  bool has_half_line = false;
  bounds most;
  notice dropped_notice;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> queue;
  size_t bytes = 0;
  uint64_t dropped = 0;
  bool done = false;
  /// What the next lines go to instead.
  loop::unique_fd next;
  /// Set when no more lines come: until then the rest may be written.
  std::optional<std::chrono::steady_clock::time_point> last_moment;

  /// Whether the reader is waited for no longer.
  bool is_over() {
    std::lock_guard lock{mutex};
    return last_moment && std::chrono::steady_clock::now() >= *last_moment;
  }

  /// Removes the oldest lines until the rest is within the bounds.
  void drop_surplus() {
    while (queue.size() > most.lines || (bytes > most.bytes && queue.size() > 1)) {
      bytes -= queue.front().size();
      queue.pop_front();
      ++dropped;
    }
  }

  /// Closes the descriptor for the one that is to be written to instead.
  void take_next() {
    has_half_line = has_half_line && is_same_file(fd, next.get());
    own = std::move(next);
    fd = own.get();
  }

  /// Takes the next lines; returns how many they are.
  size_t take_batch(std::string& out) {
    size_t count = 0;
    while (!queue.empty() && out.size() < batch_bytes) {
      bytes -= queue.front().size();
      out += queue.front();
      queue.pop_front();
      ++count;
    }
    return count;
  }

  /// Writes all of `text`; returns false where that is impossible or took too long.
  bool write_all(std::string_view text) {
    while (!text.empty()) {
      pollfd p{fd, POLLOUT, 0};
      auto ready = ::poll(&p, 1, patience_ms);
      if (ready < 0 && errno != EINTR)
        return false;
      if (ready <= 0) {
        if (is_over())
          return false;
        continue;
      }
      // A pipe that is writable takes PIPE_BUF bytes without blocking.
      auto n = ::write(fd, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
      if (n > 0) {
        has_half_line = text[static_cast<size_t>(n) - 1] != '\n';
        text.remove_prefix(static_cast<size_t>(n));
      } else if (n < 0 && errno == EAGAIN)
        ::poll(nullptr, 0, 10); // somebody else has filled it since
      else if (n < 0 && errno != EINTR)
        return false;
    }
    return true;
  }
};

background_writer::background_writer(int fd, bounds most, notice dropped)
  : state_(std::make_shared<state>()) {
  state_->fd = fd;
  state_->most = most;
  state_->dropped_notice = std::move(dropped);
  // Signals are for others, and the end of a pipe's reader is told by `write`.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[s = state_] { run(s); }};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

background_writer::~background_writer() {
  std::unique_lock lock{state_->mutex};
  state_->last_moment = std::chrono::steady_clock::now() + limits::flush_grace;
  state_->changed.notify_all();
  // Another program may have filled the pipe between the look at it and the write: then
  // the thread hangs in there, and is left behind.
  auto ended = state_->changed.wait_until(lock, *state_->last_moment + 500ms,
                                          [this] { return state_->done; });
  lock.unlock();
  if (ended)
    thread_.join();
  else
    thread_.detach();
}

void background_writer::write(std::string line) {
  std::lock_guard lock{state_->mutex};
  state_->bytes += line.size();
  state_->queue.push_back(std::move(line));
  state_->drop_surplus();
  state_->changed.notify_all();
}

void background_writer::replace(loop::unique_fd next) {
  std::lock_guard lock{state_->mutex};
  state_->next = std::move(next);
  state_->changed.notify_all();
}

void background_writer::run(const std::shared_ptr<state>& s) {
  std::unique_lock lock{s->mutex};
  for (;;) {
    s->changed.wait(lock, [&] { return !s->queue.empty() || s->next || s->last_moment; });
    if (s->next)
      s->take_next();
    if (s->queue.empty() && s->last_moment)
      break;
    auto dropped = std::exchange(s->dropped, 0);
    lock.unlock();
    std::string text{s->has_half_line ? "\n" : ""};
    if (dropped > 0 && s->dropped_notice)
      text += s->dropped_notice(dropped);
    lock.lock();
    auto count = s->take_batch(text);
    lock.unlock();
    auto written = s->write_all(text);
    auto over = !written && s->is_over();
    lock.lock();
    if (!written)
      s->dropped += dropped + count;
    if (over)
      break;
  }
  s->done = true;
  s->changed.notify_all();
}

} // namespace troupe::serve
