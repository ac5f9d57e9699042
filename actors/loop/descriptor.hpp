#pragma once

#include "actors/loop/poller.hpp"

namespace troupe::loop {

class event_loop;

/// Owns a file descriptor that a loop watches. For the loop's thread only.
class descriptor {
public:
  descriptor(event_loop& loop, unique_fd fd);
  ~descriptor() { close(); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  /// Calls `on_ready` whenever one of `events` is, or the other end has hung up or
  /// failed, until it is closed. It keeps what it captures alive for so long. Call it
  /// once.
  void watch(uint32_t events, poller::handler on_ready);

  /// Changes what it is watched for; 0 leaves hang-ups and errors.
  void want(uint32_t events);

  /// Takes a descriptor. @pre None is open.
  void open(unique_fd fd) { fd_ = std::move(fd); }

  /// Forgets the handler and closes the descriptor.
  void close() { release().reset(); }

  /// Forgets the handler and gives the descriptor away.
  unique_fd release();

  bool is_open() const noexcept { return static_cast<bool>(fd_); }
  int get() const noexcept { return fd_.get(); }

private:
  event_loop& loop_;
  unique_fd fd_;
  poller::id registration_ = poller::id::none;
  uint32_t wanted_ = 0;
};

} // namespace troupe::loop
