#pragma once

#include "actors/loop/unique_fd.hpp"

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace troupe::loop {

/// Watches descriptors (epoll, level-triggered): a registration stands until it is
/// removed, so that a read costs one system call and not two. Not thread-safe.
class poller {
public:
  /// Takes the epoll events (`EPOLLIN`, …) that are ready. Errors and hang-ups come
  /// without being asked for. It may remove any registration, its own too.
  using handler = std::function<void(uint32_t events)>;

  using time_point = std::chrono::steady_clock::time_point;

  /// Names a registration; never used twice.
  enum class id : uint64_t { none = 0 };

  /// Throws std::system_error.
  poller();

  /// Forgets all registrations, which may own the last reference to what they watch.
  ~poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Watches `fd` for `events`. Throws std::system_error.
  id add(int fd, uint32_t events, handler on_ready);

  /// Changes what `fd` is watched for.
  void modify(id which, int fd, uint32_t events);

  /// Forgets the registration. Call it before `fd` is closed.
  void remove(id which, int fd);

  /// Waits until something is ready, at most `timeout_ms` (-1 for ever, 0 not at all),
  /// and calls the handlers. When `limits::turn_time` has passed, the handlers that are
  /// left are called by the next call, before it looks for more: each descriptor has its
  /// turn, however long the others take. Returns how many handlers were called.
  size_t poll(int timeout_ms);

  /// Returns when `poll` last had handlers to call.
  time_point found() const noexcept { return found_; }

  /// Returns whether handlers are left to be called.
  bool has_more() const noexcept { return next_ < ready_; }

private:
  /// Descriptors that one system call tells of.
  static constexpr size_t batch = 64;

  struct entry {
    uint64_t id;
    handler on_ready;
  };

  static size_t slot(id which) { return static_cast<uint32_t>(which); }

  unique_fd epoll_;
  /// Shared, since a handler may remove itself while it runs.
  std::vector<std::shared_ptr<entry>> entries_;
  std::vector<size_t> free_;
  uint64_t next_generation_ = 1;
  std::array<epoll_event, batch> events_;
  /// Of `events_`: the first that was not handled, and the number of them.
  size_t next_ = 0;
  size_t ready_ = 0;
  time_point found_;
};

} // namespace troupe::loop
