#pragma once

#include "protocol/base/shared_bytes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::worker {

/// The last lines of a text stream, bounded in lines and in bytes of a line: a longer
/// line is cut there and goes on as if nothing had been left out. Kept lines are UTF-8: a
/// byte that is none becomes U+FFFD, and what is then beyond the bound is left out.
class line_ring {
public:
  /// Takes the next bytes; calls `on_line(std::string_view)` for each line they complete.
  template <class OnLine>
  void feed(std::string_view bytes, OnLine&& on_line) {
    while (!bytes.empty()) {
      auto end = bytes.find('\n');
      append(bytes.substr(0, end));
      if (end == std::string_view::npos)
        return;
      on_line(std::string_view{open_});
      close_line();
      bytes.remove_prefix(end + 1);
    }
  }

  /// Ends an unfinished line, as when the stream ended; calls `on_line` if there is one.
  template <class OnLine>
  void finish(OnLine&& on_line) {
    if (open_.empty())
      return;
    on_line(std::string_view{open_});
    close_line();
  }

  /// Returns up to `count` of the last lines, oldest first.
  std::vector<std::string> last(size_t count) const;

  /// Returns how many lines there ever were.
  uint64_t count() const noexcept { return count_; }

private:
  void append(std::string_view piece);
  void close_line();

  /// Line `n` is at `n % limits::stderr_lines`. Most workers write none, and an empty
  /// deque has half a KiB.
  std::vector<std::string> lines_;
  std::string open_;
  uint64_t count_ = 0;
};

} // namespace troupe::worker
