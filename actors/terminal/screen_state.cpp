#include "actors/terminal/screen.hpp"

#include <vterm.h>

#include <algorithm>
#include <utility>

/// The state of a SCREEN that outlives bytes: what is saved, and what a reset or another
/// size does to it.
namespace troupe::vt {

bool screen::is_set(int number) const {
  auto i = private_modes_.find(number);
  return i != private_modes_.end() && i->second;
}

look screen::pen() const {
  auto p = pen_;
  p.faint = faint_;
  p.conceal = conceal_;
  p.guarded = guarded_;
  return p;
}

int screen::width_of_line(int row) const {
  auto& rows = grid_.rows();
  auto i = static_cast<size_t>(std::clamp(row, 0, size().rows - 1));
  return rows[i].double_width ? size().columns / 2 : size().columns;
}

const cell* screen::last_written() const {
  auto at = cursor();
  auto end = last_.where.column + (pending_wrap_ ? 0 : last_.width);
  if (last_.where.row != at.row || end != at.column)
    return nullptr;
  auto& c = grid_.rows()[static_cast<size_t>(at.row)]
                .cells[static_cast<size_t>(last_.where.column)];
  return c.text == last_.text && c.width == last_.width ? &c : nullptr;
}

void screen::save_cursor() {
  saved_ = saved_cursor{cursor(), pen(), style_};
  saved_.look.guarded = false; // not among what is kept
}

/// The emulator restores the rest.
void screen::restore_look() {
  faint_ = saved_.look.faint;
  conceal_ = saved_.look.conceal;
}

void screen::pull_in_saved_cursor() {
  auto inside = [this](position p) {
    return p.row < size().rows && p.column < size().columns;
  };
  if (inside(saved_.where))
    return;
  auto here = cursor();
  auto origin = std::exchange(origin_, false);
  auto kept = saved_;
  kept.where = {std::min(kept.where.row, size().rows - 1),
                std::min(kept.where.column, size().columns - 1)};
  std::string bytes = "\x1B[?6l";
  auto go = [&](position p) {
    bytes +=
        "\x1B[" + std::to_string(p.row + 1) + ";" + std::to_string(p.column + 1) + "H";
  };
  auto now = pen_;
  append_look(bytes, kept.look);
  go(kept.where);
  bytes += "\x1B"
           "7";
  append_look(bytes, now);
  go(here);
  act(bytes);
  saved_.where = kept.where;
  if (origin)
    set_private_mode(6, true);
}

void screen::reset_hard() {
  if (grid_.alternate_in_use())
    act("\x1B[?1047l");
  act("\x1B"
      "c\x1B[?1000l\x1B[?5l");
  pen_ = {};
  faint_ = conceal_ = guarded_ = false;
  private_modes_.clear();
  wraps_ = true;
  inserts_ = newline_ = origin_ = side_margins_ = keypad_ = pending_wrap_ = false;
  top_ = left_ = 0;
  bottom_ = right_ = -1;
  tabs_.reset();
  for (size_t i = 0; i < tabs_.size(); i += 8)
    tabs_.set(i);
  charsets_ = {};
  shift_ = single_shift_ = 0;
  title_.clear();
  on_escape("7");
}

/// DECSTR: as reset, but the screen and the cursor stay.
void screen::reset_soft() {
  auto here = cursor();
  set_private_mode(6, false);
  side_margins_ = false;
  act("\x1B[?69l\x1B[s\x1B[r\x1B[4l\x1B[?7h\x1B[?1l\x1B>\x1B[m\x1B(B\x1B)B\x0F\x1B["
      "0\"q\x1B[?25h");
  act("\x1B[" + std::to_string(here.row + 1) + ";" + std::to_string(here.column + 1)
      + "H");
  faint_ = conceal_ = guarded_ = inserts_ = keypad_ = pending_wrap_ = false;
  wraps_ = true;
  top_ = left_ = 0;
  bottom_ = right_ = -1;
  charsets_ = {'B', 'B', 0, 0};
  shift_ = 0;
  private_modes_.erase(1);
}

void screen::resize(dimensions to) {
  to.rows = std::clamp(to.rows, 1, largest);
  to.columns = std::clamp(to.columns, 1, largest);
  if (to == size())
    return;
  // As xterm does; and libvterm does not check margins against a smaller screen.
  auto here = cursor();
  act("\x1B[r\x1B[s\x1B[" + std::string(origin_ ? "?6l\x1B[" : "")
      + std::to_string(here.row + 1) + ";" + std::to_string(here.column + 1) + "H");
  origin_ = false;
  top_ = left_ = 0;
  bottom_ = right_ = -1;
  pending_wrap_ = false;
  for (auto i = static_cast<size_t>(size().columns); i < tabs_.size(); ++i)
    tabs_.set(i, i % 8 == 0);
  vterm_set_size(emulator_.get(), to.rows, to.columns);
  pull_in_saved_cursor();
}

} // namespace troupe::vt
