#pragma once

#include "protocol/terminal/cell.hpp"

#include <cstddef>
#include <deque>
#include <span>

namespace troupe::vt {

/// The cells of a terminal: the primary screen, the alternate one that full-screen
/// programs use, and the lines that have left the primary screen at its top. Everything
/// out of range is ignored or cut: what programs print is not to be trusted.
class grid {
public:
  /// @param scrollback Lines kept of those that left the screen.
  grid(dimensions size, size_t scrollback);

  dimensions size() const noexcept { return size_; }

  /// The rows of the screen in use.
  const std::vector<row>& rows() const noexcept { return *current_; }
  const std::vector<row>& primary() const noexcept { return primary_; }
  bool alternate_in_use() const noexcept { return current_ == &alternate_; }
  const std::deque<row>& scrollback() const noexcept { return scrollback_; }

  void use_alternate(bool yes) { current_ = yes ? &alternate_ : &primary_; }
  void clear_scrollback() { scrollback_.clear(); }

  /// Writes a character over what is at `where`; its width is 1 or 2.
  void put(position where, std::span<const char32_t> text, int width, const look& how);

  /// Blanks `which`, in the background of `how`.
  /// @param selective Spares what is guarded.
  void erase(area which, const look& how, bool selective);

  /// Moves the contents of `which` up and to the left (or down and right, if negative);
  /// what comes in is blank.
  void scroll(area which, int up, int left, const look& how);

  void set_line(int at, bool double_width, uint8_t double_height);

  /// Changes the size. Lines that `cursor` needs room for leave at the top.
  /// @return How far down the cursor's line moved: 0 or negative.
  int resize(dimensions to, position cursor);

private:
  row* find_row(int at);
  row blank_row(const look& how = {}) const;
  void push_scrollback(row&& r);
  void scroll_lines(int first, int end, int up, const look& how);
  static void move_cells(row& r, int first, int end, int left, const cell& blank);
  /// Blanks halves of wide characters whose other half is gone.
  static void mend(row& r);
  int fit(std::vector<row>& screen, dimensions to, int cursor_row, bool keep);

  dimensions size_;
  size_t scrollback_limit_;
  std::vector<row> primary_;
  std::vector<row> alternate_;
  std::vector<row>* current_ = &primary_;
  std::deque<row> scrollback_;
};

} // namespace troupe::vt
