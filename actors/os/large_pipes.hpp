#pragma once

#include <fcntl.h>

#include <atomic>
#include <memory>
#include <utility>

namespace troupe::os {

/// How many pipes of a node's children hold more than the system gives them, which is 64
/// KiB. Thread-safe: the loops share it.
class large_pipes {
public:
  /// Linux counts what the pipes of one user may hold (`pipe-user-pages-soft`, 64 MiB as
  /// it comes) and gives whoever is beyond that pipes of 8 KiB: half of it is left to
  /// others.
  static constexpr int most = 32;

  /// Returns whether one more may grow.
  bool take() noexcept {
    auto has_room = count_.fetch_add(1, std::memory_order_relaxed) < most;
    if (!has_room)
      give_back();
    return has_room;
  }
  void give_back() noexcept { count_.fetch_sub(1, std::memory_order_relaxed); }

private:
  std::atomic<int> count_{0};
};

/// The size of one pipe, which grows once: when a message comes that does not fit.
class large_pipe {
public:
  /// Bytes that it holds then: the node and the child take turns less often.
  static constexpr int bytes = 1024 * 1024;

  /// @param all Null: it does not grow.
  explicit large_pipe(std::shared_ptr<large_pipes> all)
    : all_(std::move(all)) {}
  ~large_pipe() {
    if (grown_)
      all_->give_back();
  }
  large_pipe(const large_pipe&) = delete;
  large_pipe& operator=(const large_pipe&) = delete;

  /// Makes the pipe `fd` hold that many bytes. Returns whether it holds more
  /// than before; what is no pipe, or grew already, does not.
  bool grow(int fd) {
    if (!all_ || std::exchange(tried_, true) || !all_->take())
      return false;
    grown_ = ::fcntl(fd, F_SETPIPE_SZ, bytes) > 0;
    if (!grown_)
      all_->give_back();
    return grown_;
  }

private:
  std::shared_ptr<large_pipes> all_;
  bool tried_ = false;
  bool grown_ = false;
};

} // namespace troupe::os
