#pragma once

#include "tests/program/harness/descriptor.hpp"
#include "tests/program/harness/patience.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace program {

/// A connected stream socket with what arrived on it and was not taken yet. Everything
/// that waits has a deadline and throws when that passes, so that a test fails instead of
/// hanging.
class stream {
public:
  explicit stream(descriptor fd)
    : fd_(std::move(fd)) {}

  static stream to_unix(const std::string& path);
  static stream to_loopback(int port);

  /// Sends all of `bytes`, however long the peer takes to read.
  void send(std::string_view bytes, milliseconds limit = patience);

  /// Waits until something arrives and appends it to what did. Returns false at the end
  /// of the stream or when `limit` is over.
  bool fill(milliseconds limit = patience);

  /// Waits until `mark` has arrived; takes everything before it and drops the mark.
  std::string take_until(std::string_view mark, milliseconds limit = patience);

  /// Waits until `n` bytes have arrived and takes them.
  std::string take(size_t n, milliseconds limit = patience);

  /// Returns whether the peer closes within `limit`; what arrives meanwhile is kept.
  bool is_closed_within(milliseconds limit = patience);

  /// Takes all that arrived.
  std::string take_arrived() { return std::exchange(in_, {}); }

  /// Returns what arrived and was not taken.
  const std::string& arrived() const { return in_; }

  /// Tells the peer that nothing more will be sent, and goes on reading.
  void shut_down_writing();

  void close() { fd_.reset(); }

  int fd() const { return fd_.get(); }

private:
  descriptor fd_;
  std::string in_;
  bool ended_ = false;
};

} // namespace program
