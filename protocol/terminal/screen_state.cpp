#include "protocol/terminal/screen.hpp"

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
  p.link = link_;
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
  saved_.look.link = 0;
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
  link_ = 0;
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

/// `PARAMETERS;URI`; without a URI text leads nowhere again.
void screen::set_link(std::string_view link) {
  constexpr uint32_t patience = 256; // looking for unused ones takes long
  auto separator = link.find(';');
  link_ = 0;
  if (separator == std::string_view::npos || separator + 1 == link.size())
    return;
  if (links_.is_full() && links_refused_++ % patience == 0)
    forget_unused_links();
  link_ = links_.number_of(without_c1(link));
}

void screen::forget_unused_links() {
  std::set<uint16_t> used;
  auto look_at = [&used](auto& rows) {
    for (auto& r : rows)
      for (auto& c : r.cells)
        if (c.look.link != 0)
          used.insert(c.look.link);
  };
  look_at(grid_.primary());
  look_at(grid_.rows());
  look_at(grid_.scrollback());
  links_.keep(used);
}

/// Only what sets a clipboard, and only if it arrived whole: an answer to who asks for
/// its contents would hand them to the program.
void screen::note_clipboard(std::string_view contents) {
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  auto separator = contents.find(';');
  if (separator == std::string_view::npos
      || contents.size() + 3 >= tokenizer::clipboard_limit)
    return;
  auto data = contents.substr(separator + 1);
  if (!data.empty() && data.find_first_not_of(base64) == std::string_view::npos
      && contents.substr(0, separator).find_first_not_of("cpqs01234567")
             == std::string_view::npos)
    effects_.clipboard = contents;
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
