#pragma once

#include <fcntl.h>

#include <memory>
#include <utility>

namespace troupe::os {

/// How many pipes of the children of a loop hold more than the system gives them, which
/// is 64 KiB. For the loop's thread only.
class large_pipes {
public:
  /// Linux counts what the pipes of one user may hold (`pipe-user-pages-soft`, 64 MiB as
  /// it comes) and gives whoever is beyond that pipes of 8 KiB: half of it is left to
  /// others.
  static constexpr int most = 32;

private:
  friend class large_pipe;
  int count_ = 0;
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
      --all_->count_;
  }
  large_pipe(const large_pipe&) = delete;
  large_pipe& operator=(const large_pipe&) = delete;

  /// Makes the pipe `fd` hold that many bytes. Returns whether it holds more
  /// than before; what is no pipe, or grew already, does not.
  bool grow(int fd) {
    if (!all_ || std::exchange(tried_, true) || all_->count_ >= large_pipes::most)
      return false;
    grown_ = ::fcntl(fd, F_SETPIPE_SZ, bytes) > 0;
    all_->count_ += grown_ ? 1 : 0;
    return grown_;
  }

private:
  std::shared_ptr<large_pipes> all_;
  bool tried_ = false;
  bool grown_ = false;
};

} // namespace troupe::os
