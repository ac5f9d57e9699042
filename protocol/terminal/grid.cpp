#include "protocol/terminal/grid.hpp"

#include <algorithm>

namespace troupe::vt {

namespace {

cell blank_cell(const look& how) {
  cell c;
  c.look.background = how.background;
  return c;
}

} // namespace

grid::grid(dimensions size, size_t scrollback)
  : size_(size)
  , scrollback_limit_(scrollback) {
  primary_.assign(static_cast<size_t>(size.rows), blank_row());
  alternate_ = primary_;
}

row* grid::find_row(int at) {
  return at >= 0 && at < size_.rows ? &(*current_)[static_cast<size_t>(at)] : nullptr;
}

row grid::blank_row(const look& how) const {
  row r;
  r.cells.assign(static_cast<size_t>(size_.columns), blank_cell(how));
  return r;
}

void grid::put(position where, std::span<const char32_t> text, int width,
               const look& how) {
  auto r = find_row(where.row);
  if (!r || width < 1 || where.column < 0 || where.column + width > size_.columns)
    return;
  auto at = static_cast<size_t>(where.column);
  auto end = at + static_cast<size_t>(width);
  if (r->has_wide) {
    // A wide character that loses one half becomes a blank.
    if (r->cells[at].width == 0 && at > 0)
      r->cells[at - 1] = blank_cell(r->cells[at - 1].look);
    if (end < r->cells.size() && r->cells[end].width == 0)
      r->cells[end] = blank_cell(r->cells[end].look);
  }
  auto& c = r->cells[at];
  c.text = {};
  std::copy_n(text.begin(), std::min(text.size(), c.text.size()), c.text.begin());
  c.look = how;
  c.width = static_cast<uint8_t>(width);
  if (width == 2) {
    r->has_wide = true;
    auto& half = r->cells[at + 1];
    half.text = {};
    half.look = how;
    half.width = 0;
  }
}

void grid::erase(area which, const look& how, bool selective) {
  auto blank = blank_cell(how);
  auto first = std::max(0, which.first_column);
  auto end = std::min(size_.columns, which.end_column);
  for (auto at = which.first_row; at < which.end_row; ++at) {
    auto r = find_row(at);
    if (!r || first >= end)
      continue;
    for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(end); ++i)
      if (!selective || !r->cells[i].look.guarded)
        r->cells[i] = blank;
    mend(*r);
  }
}

void grid::scroll(area which, int up, int left, const look& how) {
  auto top = std::clamp(which.first_row, 0, size_.rows);
  auto bottom = std::clamp(which.end_row, top, size_.rows);
  auto first = std::clamp(which.first_column, 0, size_.columns);
  auto end = std::clamp(which.end_column, first, size_.columns);
  if (first == 0 && end == size_.columns && left == 0)
    return scroll_lines(top, bottom, up, how);
  auto blank = blank_cell(how);
  auto height = bottom - top;
  up = std::clamp(up, -height, height);
  // The order keeps a line from being overwritten before it has moved.
  for (int i = 0; i < height; ++i) {
    auto to = up >= 0 ? top + i : bottom - 1 - i;
    auto from = to + up;
    auto r = find_row(to);
    auto source = from >= top && from < bottom ? find_row(from) : nullptr;
    if (up != 0)
      for (auto c = static_cast<size_t>(first); c < static_cast<size_t>(end); ++c)
        r->cells[c] = source ? source->cells[c] : blank;
    if (up != 0 && source)
      r->has_wide = r->has_wide || source->has_wide;
    if (left != 0)
      move_cells(*r, first, end, left, blank);
  }
  // Only now: a line whose neighbours are still to move has halves in transit.
  for (int at = top; at < bottom; ++at)
    mend(*find_row(at));
}

void grid::scroll_lines(int first, int end, int up, const look& how) {
  auto& screen = *current_;
  auto height = end - first;
  auto count = std::min(std::abs(up), height);
  if (count == 0)
    return;
  auto from = screen.begin() + first;
  auto to = screen.begin() + end;
  if (up > 0 && first == 0 && current_ == &primary_ && scrollback_limit_ > 0)
    for (int i = 0; i < count; ++i)
      push_scrollback(std::move(from[i]));
  // Rows move as a whole: a line feed does not copy the screen.
  std::rotate(from, up > 0 ? from + count : to - count, to);
  auto fresh = up > 0 ? to - count : from;
  auto blank = blank_cell(how);
  for (int i = 0; i < count; ++i) {
    auto& r = fresh[i];
    r.cells.assign(static_cast<size_t>(size_.columns), blank);
    r.double_width = false;
    r.double_height = 0;
    r.has_wide = false;
  }
}

void grid::push_scrollback(row&& r) {
  row reused;
  if (scrollback_.size() >= scrollback_limit_) {
    reused = std::move(scrollback_.front());
    scrollback_.pop_front();
  }
  std::swap(reused, r);
  scrollback_.push_back(std::move(reused));
}

void grid::move_cells(row& r, int first, int end, int left, const cell& blank) {
  auto width = end - first;
  auto count = std::clamp(left, -width, width);
  auto from = r.cells.begin() + first;
  auto to = r.cells.begin() + end;
  if (count > 0)
    std::fill(std::move(from + count, to, from), to, blank);
  else
    std::fill(from, std::move_backward(from, to + count, to), blank);
}

void grid::mend(row& r) {
  if (!r.has_wide)
    return;
  r.has_wide = false;
  auto n = r.cells.size();
  for (size_t i = 0; i < n; ++i) {
    auto& c = r.cells[i];
    if (c.width == 2 && i + 1 < n && r.cells[i + 1].width == 0) {
      r.has_wide = true;
      ++i;
    } else if (c.width != 1) {
      c = blank_cell(c.look);
    }
  }
}

void grid::set_line(int at, bool double_width, uint8_t double_height) {
  if (auto r = find_row(at)) {
    r->double_width = double_width;
    r->double_height = double_height;
  }
}

int grid::resize(dimensions to, position cursor) {
  auto in_alternate = alternate_in_use();
  auto moved = fit(primary_, to, in_alternate ? 0 : cursor.row, true);
  auto moved_too = fit(alternate_, to, in_alternate ? cursor.row : 0, false);
  size_ = to;
  return in_alternate ? moved_too : moved;
}

/// @param keep Whether what leaves at the top goes to the scrollback.
int grid::fit(std::vector<row>& screen, dimensions to, int cursor_row, bool keep) {
  auto excess = std::max(0, std::min(cursor_row, size_.rows - 1) - (to.rows - 1));
  for (int i = 0; i < excess && keep && scrollback_limit_ > 0; ++i)
    push_scrollback(std::move(screen[static_cast<size_t>(i)]));
  screen.erase(screen.begin(), screen.begin() + excess);
  auto old = size_;
  size_ = to;
  screen.resize(static_cast<size_t>(to.rows), blank_row());
  size_ = old;
  for (auto& r : screen) {
    r.cells.resize(static_cast<size_t>(to.columns));
    mend(r);
  }
  return -excess;
}

} // namespace troupe::vt
