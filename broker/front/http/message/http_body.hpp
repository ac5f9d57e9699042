#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::front::http {

/// Takes a body while it comes.
class body_sink {
public:
  virtual void take_body(std::string_view bytes) = 0;

protected:
  ~body_sink() = default;
};

/// Takes the body of a request out of a client's bytes. What is not the body itself, the
/// extensions of chunks and the trailers, is read over and bounded.
class http_body {
public:
  enum class state : uint8_t {
    /// More is to come.
    partial,
    whole,
    /// The body is longer than may be.
    too_long,
    /// There is more around the body than may be.
    too_much_framing,
    malformed,
  };

  /// A body of so many bytes.
  static http_body of_length(uint64_t bytes);
  /// A body in chunks.
  /// @param overhead Bytes that extensions, trailers and leading zeros may have.
  static http_body in_chunks(size_t overhead);

  /// Sets how many bytes the body may have.
  void set_most(size_t bytes) { most_ = bytes; }
  /// Has what comes dropped instead of kept.
  void drop() { keeps_ = false; }
  /// Has what comes handed to `to`, which outlives this, instead of kept.
  void hand_to(body_sink& to) { sink_ = &to; }

  /// Takes what is its own from the front of `in`.
  state feed(std::string_view& in);

  std::string release() { return std::move(bytes_); }

private:
  enum class step : uint8_t {
    size_begins,
    size,
    blank,
    extension,
    size_ends,
    data,
    data_ends,
    data_ended,
    trailer_begins,
    trailer_name,
    trailer_value,
    trailer_ends,
    last_line_ends,
    done,
  };

  state take_data(std::string_view& in);
  /// Takes one byte of what is not the body.
  state take(char c);
  state take_size_digit(char c);
  state take_after_size(char c);
  state take_trailer(char c);
  /// Counts a byte of overhead.
  state spend();
  state go_to(step next);

  uint64_t left_ = 0;
  uint64_t received_ = 0;
  size_t most_ = 0;
  size_t overhead_ = 0;
  step step_ = step::data;
  bool chunked_ = false;
  bool keeps_ = true;
  body_sink* sink_ = nullptr;
  std::string bytes_;
};

} // namespace troupe::front::http
