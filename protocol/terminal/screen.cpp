#include "protocol/terminal/screen.hpp"

#include "protocol/base/utf8.hpp"

#include <vterm.h>

#include <algorithm>
#include <utility>

namespace troupe::vt {

namespace {

colour to_colour(const VTermColor& c) {
  if (VTERM_COLOR_IS_DEFAULT_FG(&c) || VTERM_COLOR_IS_DEFAULT_BG(&c))
    return default_colour;
  if (VTERM_COLOR_IS_INDEXED(&c))
    return indexed | c.indexed.idx;
  return rgb | static_cast<uint32_t>(c.rgb.red << 16 | c.rgb.green << 8 | c.rgb.blue);
}

area to_area(const VTermRect& r) {
  return {r.start_row, r.end_row, r.start_col, r.end_col};
}

} // namespace

/// The callbacks of libvterm while it acts upon bytes.
struct emulator_callbacks {
  static screen& of(void* user) { return *static_cast<screen*>(user); }

  static int put(VTermGlyphInfo* info, VTermPos at, void* user) {
    auto& s = of(user);
    if (info->width < 1)
      return 1;
    auto& last = s.last_;
    last.where = {at.row, at.col};
    last.width = info->width;
    last.text = {};
    for (size_t i = 0; i < last.text.size() && info->chars[i] != 0; ++i)
      last.text[i] = info->chars[i];
    // Most text is plain: putting a pen together for each character took a fifth of the
    // time.
    if (s.faint_ || s.conceal_ || s.guarded_ || s.link_ != 0)
      s.grid_.put(last.where, last.text, info->width, s.pen());
    else
      s.grid_.put(last.where, last.text, info->width, s.pen_);
    return 1;
  }

  static int scroll(VTermRect r, int down, int right, void* user) {
    of(user).grid_.scroll(to_area(r), down, right, of(user).pen_);
    return 1;
  }

  static int erase(VTermRect r, int selective, void* user) {
    of(user).grid_.erase(to_area(r), of(user).pen_, selective != 0);
    return 1;
  }

  static int reset_pen(void* user) {
    of(user).pen_ = {};
    return 1;
  }

  static int set_pen(VTermAttr which, VTermValue* v, void* user) {
    auto& pen = of(user).pen_;
    switch (which) {
      case VTERM_ATTR_BOLD:
        pen.bold = v->boolean != 0;
        break;
      case VTERM_ATTR_UNDERLINE:
        pen.underline = v->number & 3;
        break;
      case VTERM_ATTR_ITALIC:
        pen.italic = v->boolean != 0;
        break;
      case VTERM_ATTR_BLINK:
        pen.blink = v->boolean != 0;
        break;
      case VTERM_ATTR_REVERSE:
        pen.reverse = v->boolean != 0;
        break;
      case VTERM_ATTR_STRIKE:
        pen.strike = v->boolean != 0;
        break;
      case VTERM_ATTR_FONT:
        pen.font = v->number & 15;
        break;
      case VTERM_ATTR_FOREGROUND:
        pen.foreground = to_colour(v->color);
        break;
      case VTERM_ATTR_BACKGROUND:
        pen.background = to_colour(v->color);
        break;
      default:
        break;
    }
    return 1;
  }

  static int set_property(VTermProp which, VTermValue* v, void* user) {
    auto& s = of(user);
    switch (which) {
      case VTERM_PROP_CURSORVISIBLE:
        s.style_.visible = v->boolean != 0;
        break;
      case VTERM_PROP_CURSORBLINK:
        s.style_.blink = v->boolean != 0;
        break;
      case VTERM_PROP_CURSORSHAPE:
        s.style_.shape = v->number;
        break;
      case VTERM_PROP_ALTSCREEN:
        s.grid_.use_alternate(v->boolean != 0);
        break;
      default:
        break;
    }
    return 1;
  }

  static int resize(int rows, int columns, VTermPos* delta, void* user) {
    delta->row += of(user).grid_.resize({rows, columns}, of(user).cursor());
    return 1;
  }

  static int set_line(int row, const VTermLineInfo* now, const VTermLineInfo*,
                      void* user) {
    of(user).grid_.set_line(row, now->doublewidth != 0,
                            static_cast<uint8_t>(now->doubleheight));
    return 1;
  }

  static void reply(const char* bytes, size_t n, void* user) {
    constexpr size_t most = 64 * 1024; // a program that asks and never reads
    auto& replies = of(user).replies_;
    if (replies.size() + n <= most)
      replies.append(bytes, n);
  }

  static constexpr VTermStateCallbacks table = {
      .putglyph = put,
      .movecursor = nullptr,
      .scrollrect = scroll,
      .moverect = nullptr,
      .erase = erase,
      .initpen = reset_pen,
      .setpenattr = set_pen,
      .settermprop = set_property,
      .bell = nullptr,
      .resize = resize,
      .setlineinfo = set_line,
  };
};

screen::screen(dimensions size, size_t scrollback)
  : emulator_(vterm_new(size.rows, size.columns), &vterm_free)
  , grid_(size, scrollback) {
  vterm_set_utf8(emulator_.get(), 1);
  vterm_output_set_callback(emulator_.get(), &emulator_callbacks::reply, this);
  state_ = vterm_obtain_state(emulator_.get());
  vterm_state_set_callbacks(state_, &emulator_callbacks::table, this);
  vterm_state_reset(state_, 1);
  on_escape("7"); // libvterm would restore a cursor without a shape
  for (size_t i = 0; i < tabs_.size(); i += 8)
    tabs_.set(i);
}

screen::~screen() = default;

void screen::feed(std::string_view bytes) {
  offset_ += bytes.size();
  tokens_.feed(bytes, *this);
}

position screen::cursor() const {
  VTermPos p;
  vterm_state_get_cursorpos(state_, &p);
  return {p.row, p.col};
}

void screen::act(std::string_view bytes) {
  vterm_input_write(emulator_.get(), bytes.data(), bytes.size());
}

// -- text and controls -------------------------------------------------------------

void screen::on_text(std::string_view bytes) {
  if (single_shift_ != 0) {
    // A single shift holds for one character.
    single_shift_ = 0;
    if (bytes.size() > 1 && bytes[0] > 0) {
      on_text(bytes.substr(0, 1));
      bytes.remove_prefix(1);
    }
  }
  act(bytes);
  auto where = cursor();
  // The cursor stays in the last column with what was written there.
  if (wraps_ && last_.where.row == where.row && last_.where.column == where.column
      && where.column + last_.width >= width_of_line(where.row))
    pending_wrap_ = true;
  else if (last_.where.row != where.row || last_.where.column != where.column)
    pending_wrap_ = false;
}

void screen::on_control(char c) {
  if (c == 0x0E || c == 0x0F)
    shift_ = c == 0x0E ? 1 : 0;
  if (c == 0x07)
    effects_.bell = true;
  auto before = cursor();
  act({&c, 1});
  cursor_may_have_moved(before);
}

void screen::cursor_may_have_moved(position before) {
  if (!(cursor() == before))
    pending_wrap_ = false;
}

void screen::on_escape(std::string_view bytes) {
  auto whole = "\x1B" + std::string{bytes};
  auto before = cursor();
  if (bytes.size() == 2) {
    auto set = static_cast<size_t>(bytes[0] - '(');
    if (set < charsets_.size()
        && std::string_view{"0AB"}.find(bytes[1]) != std::string_view::npos)
      charsets_[set] = bytes[1];
    else if (bytes[0] != '#')
      return;
  } else if (bytes.size() == 1) {
    switch (bytes[0]) {
      case '7':
        act(whole);
        return save_cursor();
      case 'c':
        return reset_hard();
      case '=':
        keypad_ = true;
        break;
      case '>':
        keypad_ = false;
        break;
      case 'n':
        shift_ = 2;
        break;
      case 'o':
        shift_ = 3;
        break;
      case 'N':
      case 'O':
        single_shift_ = bytes[0];
        break;
      case 'H':
        tabs_.set(static_cast<size_t>(std::clamp(before.column, 0, largest - 1)));
        break;
      case '8':
        restore_look();
        break;
      case 'D':
      case 'E':
      case 'M':
        break;
      default:
        return;
    }
  } else {
    return;
  }
  act(whole);
  cursor_may_have_moved(before);
}

void screen::on_string(char introducer, std::string_view contents) {
  if (introducer == 'P') { // it may ask for something
    if (contents.starts_with("$q"))
      act("\x1BP" + std::string{contents} + "\x1B\\");
    return;
  }
  if (introducer != ']')
    return;
  if (contents.starts_with("0;") || contents.starts_with("2;"))
    title_ = without_c1(contents.substr(2, complete_utf8(contents.substr(2))));
  else if (contents.starts_with("8;"))
    set_link(contents.substr(2));
  else if (contents.starts_with("52;") && notes_effects_)
    note_clipboard(contents.substr(3));
}

} // namespace troupe::vt
