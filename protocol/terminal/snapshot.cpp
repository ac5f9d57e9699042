#include "protocol/terminal/screen.hpp"

#include <algorithm>

namespace troupe::vt {

namespace {

void go(std::string& out, int row, int column) {
  out += "\x1B[" + std::to_string(row + 1) + ";" + std::to_string(column + 1) + "H";
}

void mode(std::string& out, int number, bool on) {
  out += "\x1B[?" + std::to_string(number) + (on ? "h" : "l");
}

bool is_blank(const cell& c) {
  return c == cell{};
}

void append_colour(std::string& out, colour c, int base) {
  if (c == default_colour)
    return;
  auto number = c & 0xFF;
  out += ';';
  if (c & rgb)
    out += std::to_string(base + 8) + ";2;" + std::to_string(c >> 16 & 0xFF) + ";"
           + std::to_string(c >> 8 & 0xFF) + ";" + std::to_string(number);
  else if (number < 8)
    out += std::to_string(static_cast<uint32_t>(base) + number);
  else if (number < 16)
    out += std::to_string(static_cast<uint32_t>(base) + 60 + number - 8);
  else
    out += std::to_string(base + 8) + ";5;" + std::to_string(number);
}

void append_style(std::string& out, const cursor_style& s) {
  out += "\x1B[" + std::to_string(s.shape * 2 - (s.blink ? 1 : 0)) + " q";
  mode(out, 25, s.visible);
}

void append_guard(std::string& out, bool on) {
  out += on ? "\x1B[1\"q" : "\x1B[0\"q";
}

/// @param links What cells lead to; without, nowhere.
void switch_look(std::string& out, look& current, const look& wanted,
                 const link_table* links) {
  if (current == wanted)
    return;
  if (current.guarded != wanted.guarded)
    append_guard(out, wanted.guarded);
  if (current.link != wanted.link && links)
    append_link(out, links->at(wanted.link));
  auto plain = current;
  plain.guarded = wanted.guarded;
  plain.link = wanted.link;
  if (!(plain == wanted))
    append_look(out, wanted);
  current = wanted;
}

/// Appends the cells of `r` up to the last that is not blank.
void append_cells(std::string& out, const row& r, size_t columns, look& current,
                  const link_table* links) {
  auto n = std::min(columns, r.cells.size());
  while (n > 0 && is_blank(r.cells[n - 1]))
    --n;
  for (size_t i = 0; i < n; ++i) {
    auto& c = r.cells[i];
    if (c.width == 0)
      continue;
    switch_look(out, current, c.look, links);
    append_text(out, c);
  }
}

std::string plain_text(const row& r) {
  std::string out;
  auto n = r.double_width ? r.cells.size() / 2 : r.cells.size();
  for (size_t i = 0; i < n; ++i)
    if (r.cells[i].width > 0)
      append_text(out, r.cells[i]);
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

} // namespace

std::string draw(const row& r, int columns, const link_table* links) {
  std::string out;
  look current;
  auto n = static_cast<size_t>(std::max(0, columns));
  // A wide character is drawn whole or not at all.
  if (n > 0 && n < r.cells.size() && r.cells[n].width == 0)
    --n;
  append_cells(out, r, r.double_width ? n / 2 : n, current, links);
  switch_look(out, current, {}, links);
  return out;
}

void append_look(std::string& out, const look& how) {
  out += "\x1B[0";
  constexpr std::array<std::string_view, 4> underlines = {"", ";4", ";21", ";4:3"};
  if (how.bold)
    out += ";1";
  if (how.faint)
    out += ";2";
  if (how.italic)
    out += ";3";
  out += underlines[how.underline];
  if (how.blink)
    out += ";5";
  if (how.reverse)
    out += ";7";
  if (how.conceal)
    out += ";8";
  if (how.strike)
    out += ";9";
  if (how.font != 0)
    out += ";" + std::to_string(10 + how.font);
  append_colour(out, how.foreground, 30);
  append_colour(out, how.background, 40);
  out += 'm';
}

std::string screen::plain(size_t scrollback) const {
  std::string out;
  auto& history = grid_.scrollback();
  auto first = history.size() - std::min(scrollback, history.size());
  for (auto i = first; i < history.size(); ++i)
    out += plain_text(history[i]) + '\n';
  for (auto& r : grid_.rows())
    out += plain_text(r) + '\n';
  out.pop_back();
  return out;
}

std::string screen::ansi(size_t scrollback) const {
  std::string out;
  out.reserve(static_cast<size_t>(size().rows * size().columns) * 2);
  append_prologue(out);
  append_history(out, scrollback);
  append_rows(out, grid_.primary(), size().columns);
  append_saved(out);
  if (grid_.alternate_in_use())
    append_rows(out, grid_.rows(), size().columns);
  append_state(out);
  append_cursor(out);
  if (single_shift_ != 0)
    out += std::string{"\x1B"} + single_shift_;
  out += tokens_.held();
  return out;
}

/// Brings a terminal in any state to one that can be drawn on.
void screen::append_prologue(std::string& out) const {
  out += "\x18\x1B[?1049l\x1B[?69l\x1B[?6l\x1B[r\x1B[4l\x1B[20l\x1B[?7h\x1B(B\x1B)B\x1B*"
         "B\x1B+B\x0F";
  append_guard(out, false);
  append_link(out, ";");
  out += "\x1B[0m\x1B[H\x1B[2J";
}

/// Lines that leave at the top as the screen is drawn below them.
void screen::append_history(std::string& out, size_t lines) const {
  auto& history = grid_.scrollback();
  auto first = history.size() - std::min(lines, history.size());
  if (first == history.size())
    return;
  look current;
  for (auto i = first; i < history.size(); ++i) {
    append_cells(out, history[i], history[i].cells.size(), current, &links_);
    switch_look(out, current, {}, &links_);
    out += "\r\n";
  }
  out += std::string(static_cast<size_t>(size().rows - 1), '\n') + "\x1B[H\x1B[2J";
}

void screen::append_rows(std::string& out, const std::vector<row>& rows,
                         int columns) const {
  look current;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto& r = rows[i];
    auto n = static_cast<size_t>(r.double_width ? columns / 2 : columns);
    if (!r.double_width && std::all_of(r.cells.begin(), r.cells.end(), is_blank))
      continue;
    go(out, static_cast<int>(i), 0);
    if (r.double_width)
      out += r.double_height == 1 ? "\x1B#3" : r.double_height == 2 ? "\x1B#4" : "\x1B#6";
    append_cells(out, r, n, current, &links_);
  }
  switch_look(out, current, {}, &links_);
}

/// Appends the saved state, and the change to the alternate screen, which saves too.
void screen::append_saved(std::string& out) const {
  append_style(out, saved_.style);
  append_look(out, saved_.look);
  go(out, saved_.where.row, saved_.where.column);
  // The alternate screen begins in the background of that moment.
  out += grid_.alternate_in_use() ? "\x1B[?1049h\x1B[0m\x1B[2J"
                                  : "\x1B"
                                    "7\x1B[0m";
}

void screen::append_state(std::string& out) const {
  auto usual = true;
  auto columns = static_cast<size_t>(size().columns);
  for (size_t i = 0; i < columns; ++i)
    usual = usual && tabs_[i] == (i % 8 == 0);
  if (!usual) {
    out += "\x1B[3g";
    for (size_t i = 0; i < columns; ++i)
      if (tabs_[i]) {
        go(out, 0, static_cast<int>(i));
        out += "\x1BH";
      }
  }
  for (auto number : input_modes)
    mode(out, number, false);
  for (auto number : {5, 1007})
    if (auto i = private_modes_.find(number); i != private_modes_.end() && !i->second)
      mode(out, number, false);
  for (auto& [number, on] : private_modes_)
    if (on)
      mode(out, number, true);
  out += keypad_ ? "\x1B=" : "\x1B>";
  if (!title_.empty())
    out += "\x1B]2;" + title_ + "\x1B\\";
  append_style(out, style_);
  if (top_ != 0 || bottom_ >= 0)
    out += "\x1B[" + std::to_string(top_ + 1) + ";"
           + std::to_string(bottom_ < 0 ? size().rows : bottom_) + "r";
  if (side_margins_)
    out += "\x1B[?69h\x1B[" + std::to_string(left_ + 1) + ";"
           + std::to_string(right_ < 0 ? size().columns : right_) + "s";
  if (origin_)
    mode(out, 6, true);
}

/// The cursor, after the last character where that is next to it: marks on it may follow,
/// or a line's end be pending.
void screen::append_cursor(std::string& out) const {
  auto to = cursor();
  auto row_base = origin_ ? top_ : 0;
  auto column_base = origin_ && side_margins_ ? left_ : 0;
  if (auto before = last_written()) {
    go(out, to.row - row_base, last_.where.column - column_base);
    append_guard(out, before->look.guarded);
    append_look(out, before->look);
    append_link(out, links_.at(before->look.link));
    append_text(out, *before);
  } else {
    go(out, to.row - row_base, to.column - column_base);
  }
  append_guard(out, guarded_);
  append_link(out, links_.at(link_));
  append_look(out, pen());
  if (!wraps_)
    mode(out, 7, false);
  if (inserts_)
    out += "\x1B[4h";
  if (newline_)
    out += "\x1B[20h";
  for (size_t i = 0; i < charsets_.size(); ++i)
    if (charsets_[i] != 0 && charsets_[i] != 'B')
      out += std::string{"\x1B"} + static_cast<char>('(' + i) + charsets_[i];
  if (shift_ == 1)
    out += '\x0E';
  else if (shift_ > 1)
    out += shift_ == 2 ? "\x1Bn" : "\x1Bo";
}

} // namespace troupe::vt
