#pragma once

#include "protocol/base/shared_bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
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
    return take(
        chunk.view(), [&](std::string_view line) { return chunk.cut(line); }, on_line);
  }

  /// The same for bytes that are gone after the call. Lines that lie whole in them are
  /// copied together, and the parts of others straight to where they are collected.
  template <class OnLine>
  bool feed(std::string_view bytes, OnLine&& on_line) {
    std::optional<shared_bytes> whole;
    size_t begin = 0;
    auto share = [&](std::string_view line) {
      auto at = static_cast<size_t>(line.data() - bytes.data());
      if (!whole) {
        begin = at;
        whole.emplace(std::string{bytes.substr(at, bytes.rfind('\n') - at)});
      }
      return whole->cut(whole->view().substr(at - begin, line.size()));
    };
    return take(bytes, share, on_line);
  }

  size_t max_line() const noexcept { return max_line_; }

  /// From now on lines may be this long.
  void set_max_line(size_t bytes) noexcept { max_line_ = bytes; }

  /// Returns the bytes of the line that is not complete yet.
  std::string_view pending() const noexcept { return carry_; }

private:
  /// From here on a line gets memory for what the last long one had.
  static constexpr size_t long_line = 64 * 1024;

  /// @param share Returns a line that lies whole in `rest` as bytes to keep.
  template <class Share, class OnLine>
  bool take(std::string_view rest, Share&& share, OnLine&& on_line) {
    while (!broken_ && !rest.empty()) {
      auto end = rest.find('\n');
      auto piece = rest.substr(0, end);
      if (carry_.size() + piece.size() > max_line_) {
        broken_ = true;
        carry_ = {};
        break;
      }
      if (end == std::string_view::npos) {
        collect(piece);
        break;
      }
      rest.remove_prefix(end + 1);
      if (carry_.empty()) {
        on_line(share(piece));
      } else {
        collect(piece);
        if (carry_.size() >= long_line)
          last_long_ = carry_.size();
        on_line(shared_bytes{std::exchange(carry_, {})});
      }
    }
    return !broken_;
  }

  /// Adds to the line that is not complete. Long lines are mostly as long as the one
  /// before: without room for that, each would be copied twice more while it grows.
  void collect(std::string_view piece) {
    if (carry_.size() + piece.size() >= long_line && carry_.capacity() < last_long_)
      carry_.reserve(std::min(last_long_, max_line_));
    carry_ += piece;
  }

  size_t max_line_;
  std::string carry_;
  size_t last_long_ = 0;
  bool broken_ = false;
};

} // namespace troupe
