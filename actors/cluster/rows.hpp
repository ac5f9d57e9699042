#pragma once

#include "protocol/base/shared_bytes.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Lists of calls and outcomes as one piece of bytes, which CAF carries as a text.
/// Rows are faster than lists that are written member by member through their inspectors:
/// `scripts/bench --only cluster-calls-64` compares their rate with a raw relay's.
namespace troupe::cluster {

/// Writes numbers and texts one behind the other.
class row_writer {
public:
  /// Makes space for so many copied bytes.
  void reserve(size_t bytes) { copied_.reserve(bytes); }

  /// Appends a number: seven bits a byte, the lowest first; a bit more says whether it
  /// goes on.
  void number(uint64_t x) {
    for (; x >= 0x80; x >>= 7)
      copied_.push_back(static_cast<char>((x & 0x7F) | 0x80));
    copied_.push_back(static_cast<char>(x));
  }
  /// The same where small numbers may be negative.
  void whole(int64_t x) {
    number(static_cast<uint64_t>(x) << 1 ^ static_cast<uint64_t>(x >> 63));
  }
  /// Appends a length and so many bytes. A long text is not copied: it must stay where it
  /// is until the pieces were taken.
  void text(std::string_view x);
  template <std::same_as<std::string> T>
  void text(T&&) = delete;
  /// The same for a text that goes away before that.
  void copied_text(std::string_view x) {
    number(x.size());
    copied_.append(x);
  }

  /// Returns the bytes of all that was appended.
  size_t size() const noexcept { return copied_.size() + bytes_elsewhere_; }

  /// Calls `f(std::string_view)` for each piece, in order.
  template <class F>
  void for_each_piece(F&& f) const {
    size_t from = 0;
    for (auto& e : elsewhere_) {
      f(std::string_view{copied_}.substr(from, e.behind - from));
      f(e.bytes);
      from = e.behind;
    }
    f(std::string_view{copied_}.substr(from));
  }

private:
  /// A text that stands behind so many copied bytes.
  struct long_text {
    size_t behind;
    std::string_view bytes;
  };

  std::string copied_;
  std::vector<long_text> elsewhere_;
  size_t bytes_elsewhere_ = 0;
};

/// Returns whether a text of another host can be a part of a line. Clients and workers
/// are told in lines: bytes that were damaged on the way must not become a line of their
/// own, which would be the answer to another call.
inline bool fits_in_line(std::string_view text) {
  return text.find('\n') == std::string_view::npos;
}

/// Reads what a `row_writer` has written, or what another host claims to be that: a
/// reader that has failed returns zeros and empty texts.
class row_reader {
public:
  /// @param items The most that are there: each takes far more memory than bytes.
  row_reader(shared_bytes all, size_t items)
    : all_(std::move(all))
    , rest_(all_.view())
    , items_left_(items) {}

  /// An item of a list begins, of whatever list; fails if there are too many.
  void begin_item() {
    if (items_left_ == 0)
      fail();
    else
      --items_left_;
  }

  uint64_t number();
  int64_t whole() {
    auto x = number();
    return static_cast<int64_t>(x >> 1) ^ -static_cast<int64_t>(x & 1);
  }
  std::string_view text();
  /// The same, sharing the buffer, unless it would keep much more than itself in memory.
  shared_bytes shared_text();
  /// The same, for what becomes a part of a line: fails if it would end that line.
  shared_bytes shared_line();

  /// What was read makes no sense: there is nothing more to read.
  void fail() {
    has_failed_ = true;
    rest_ = {};
  }

  /// Returns whether something was read that is not there.
  bool has_failed() const noexcept { return has_failed_; }
  bool is_at_end() const noexcept { return rest_.empty(); }

private:
  shared_bytes all_;
  std::string_view rest_;
  size_t items_left_;
  bool has_failed_ = false;
};

} // namespace troupe::cluster
