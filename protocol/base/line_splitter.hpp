#pragma once

#include "protocol/base/shared_bytes.hpp"

#include <utility>

namespace troupe {

/// Cuts a byte stream into lines, whatever the chunks. A line that lies whole in a chunk
/// shares its buffer; only a line that spans chunks is copied together.
class line_splitter {
public:
  /// @param max_line Bytes of the longest line accepted, without its end.
  explicit line_splitter(size_t max_line)
    : max_line_(max_line) {}

  /// Takes the next bytes and calls `on_line(shared_bytes)` for each line they complete,
  /// without its `\n`. Returns false once a line is longer than allowed: the stream has
  /// lost its framing then, and further calls do nothing.
  template <class OnLine>
  bool feed(const shared_bytes& chunk, OnLine&& on_line) {
    auto rest = chunk.view();
    while (!broken_ && !rest.empty()) {
      auto end = rest.find('\n');
      auto piece = rest.substr(0, end);
      if (carry_.size() + piece.size() > max_line_) {
        broken_ = true;
        carry_ = {};
        break;
      }
      if (end == std::string_view::npos) {
        carry_ += piece;
        break;
      }
      rest.remove_prefix(end + 1);
      if (carry_.empty()) {
        on_line(chunk.cut(piece));
      } else {
        carry_ += piece;
        on_line(shared_bytes{std::exchange(carry_, {})});
      }
    }
    return !broken_;
  }

  size_t max_line() const noexcept { return max_line_; }

  /// From now on lines may be this long.
  void set_max_line(size_t bytes) noexcept { max_line_ = bytes; }

  /// Returns the bytes of the line that is not complete yet.
  std::string_view pending() const noexcept { return carry_; }

private:
  size_t max_line_;
  std::string carry_;
  bool broken_ = false;
};

} // namespace troupe
