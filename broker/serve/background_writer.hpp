#pragma once

#include "actors/loop/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace troupe::serve {

/// Writes lines to a descriptor from a thread of its own, so that a slow reader delays
/// nothing else. Lines that its queue has no room for are dropped, the oldest first,
/// and counted; so are those that cannot be written. The descriptor keeps its mode: it
/// may be shared with a shell, which O_NONBLOCK would disturb. Thread-safe.
class background_writer {
public:
  /// The most that may wait to be written.
  struct bounds {
    size_t lines = 8192;
    size_t bytes = 4 * 1024 * 1024;
  };

  /// Returns the line that says that so many were dropped.
  using notice = std::function<std::string(uint64_t)>;

  /// @param fd Stays open for as long as this lives, or until `replace`.
  /// @param dropped Nothing: lines are dropped silently. Called on the thread that
  /// writes.
  background_writer(int fd, bounds most, notice dropped = {});

  /// Gives the reader a second to take what is left; then the rest is lost.
  ~background_writer();

  background_writer(const background_writer&) = delete;
  background_writer& operator=(const background_writer&) = delete;

  /// Has `line`, with its line end, written.
  void write(std::string line);

  /// Has what is written from now on go to `next`. A line is whole in one of the two.
  void replace(loop::unique_fd next);

private:
  struct state;
  static void run(const std::shared_ptr<state>& s);

  /// Shared with the thread, which may have to be left behind in a `write`.
  std::shared_ptr<state> state_;
  std::thread thread_;
};

} // namespace troupe::serve
