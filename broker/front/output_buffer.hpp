#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::front {

/// Bytes for a client, until its socket has taken them.
class output_buffer {
public:
  /// Bytes are appended here.
  std::string& text() noexcept { return text_; }
  const std::string& text() const noexcept { return text_; }

  /// Returns what the socket has not taken.
  std::string_view unsent() const noexcept {
    return std::string_view{text_}.substr(sent_);
  }

  /// The socket has taken so many bytes more.
  void note_sent(size_t bytes) {
    sent_ += bytes;
    written_ += bytes;
  }

  /// Forgets what the socket has taken, if that is worth it.
  void drop_sent();

  /// Frees the memory of what has left.
  void shrink();

  /// Forgets everything.
  void clear();

  /// Returns how many bytes the socket ever took.
  uint64_t written() const noexcept { return written_; }

  /// Whether more can be sent only when the loop says so.
  bool is_waiting() const noexcept { return waiting_; }
  void set_waiting(bool waiting) { waiting_ = waiting; }

private:
  std::string text_;
  /// Bytes at the beginning of `text_` that have left.
  size_t sent_ = 0;
  uint64_t written_ = 0;
  bool waiting_ = false;
};

} // namespace troupe::front
