#pragma once

#include <unistd.h>

#include <utility>

namespace program {

/// A file descriptor that is closed with its owner.
class descriptor {
public:
  explicit descriptor(int fd = -1)
    : fd_(fd) {}
  descriptor(descriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const { return fd_; }

  void reset() {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }

private:
  int fd_;
};

} // namespace program
