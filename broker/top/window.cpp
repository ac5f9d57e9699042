#include "broker/top/window.hpp"

#include "broker/commands/tty.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstring>

#include <langinfo.h>

// Without its macros, which have the names of everybody's functions.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

namespace troupe::top {

namespace {

using commands::look;

/// A locale whose characters are UTF-8: curses writes in that of the program.
void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0)
    std::setlocale(LC_CTYPE, "C.UTF-8");
}

/// Of the 256 colours, a yellow that can be read on white and on black (#af5f00).
constexpr int readable_yellow = 130;

/// Sequences of the escape key are told apart from the key itself by time, in ms.
constexpr int escape_delay = 25;

int attributes_of(const style& how, bool colour) {
  auto all = how.bold ? A_BOLD : A_NORMAL;
  if (how.reverse)
    all |= A_REVERSE;
  if (colour && how.look != look::plain)
    all |= COLOR_PAIR(static_cast<int>(how.look));
  return static_cast<int>(all);
}

std::optional<key::name> name_of_key(wint_t code) {
  switch (code) {
    case KEY_UP:
      return key::name::up;
    case KEY_DOWN:
      return key::name::down;
    case KEY_PPAGE:
      return key::name::page_up;
    case KEY_NPAGE:
      return key::name::page_down;
    case KEY_HOME:
      return key::name::home;
    case KEY_END:
      return key::name::end;
    case KEY_ENTER:
      return key::name::enter;
    case KEY_BACKSPACE:
    case KEY_DC:
      return key::name::backspace;
    default:
      return std::nullopt;
  }
}

key key_of_character(wint_t c) {
  switch (c) {
    case '\r':
    case '\n':
      return {key::name::enter};
    case 27:
      return {key::name::escape};
    case 8:
    case 127:
      return {key::name::backspace};
    default:
      return {key::name::character, static_cast<char32_t>(c)};
  }
}

} // namespace

struct window::screen {
  SCREEN* handle = nullptr;
  bool colour = false;
};

std::unique_ptr<window> window::open(bool colour) {
  use_utf8();
  ::set_escdelay(escape_delay);
  std::unique_ptr<window> made{new window{colour}};
  return made->screen_->handle ? std::move(made) : nullptr;
}

window::window(bool colour)
  : screen_(std::make_unique<screen>()) {
  auto handle = ::newterm(nullptr, stdout, stdin);
  if (!handle)
    return;
  if (!::tigetstr("cup")) { // nothing is drawn yet
    ::endwin();
    ::delscreen(handle);
    return;
  }
  screen_->handle = handle;
  ::raw();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::curs_set(0);
  screen_->colour = colour && ::has_colors();
  if (!screen_->colour)
    return;
  ::start_color();
  ::use_default_colors();
  auto yellow = COLORS >= 256 ? readable_yellow : int{COLOR_YELLOW};
  const std::pair<look, int> colours[] = {{look::good, COLOR_GREEN},
                                          {look::busy, COLOR_CYAN},
                                          {look::warning, yellow},
                                          {look::bad, COLOR_RED}};
  for (auto [which, number] : colours)
    ::init_pair(static_cast<short>(which), static_cast<short>(number), -1);
}

window::~window() {
  if (!screen_->handle)
    return;
  ::endwin();
  ::delscreen(screen_->handle);
}

extent window::size() const {
  auto own = commands::own_size();
  return {static_cast<size_t>(own.rows), static_cast<size_t>(own.columns)};
}

void window::paint(const frame& f) {
  ::werase(stdscr);
  int row = 0;
  for (auto& line : f.lines) {
    ::wmove(stdscr, row++, 0);
    for (auto& s : line.spans()) {
      ::wattrset(stdscr, attributes_of(s.how, screen_->colour));
      ::waddnstr(stdscr, s.text.data(), static_cast<int>(s.text.size()));
    }
  }
  ::wattrset(stdscr, A_NORMAL);
  ::wrefresh(stdscr);
}

std::optional<key> window::read_key() {
  for (;;) {
    wint_t code = 0;
    auto kind = ::wget_wch(stdscr, &code);
    if (kind == ERR)
      return std::nullopt;
    if (kind == OK)
      return key_of_character(code);
    if (auto name = name_of_key(code))
      return key{*name};
  }
}

void window::resized() {
  auto own = size();
  ::resizeterm(std::max(1, static_cast<int>(own.rows)),
               std::max(1, static_cast<int>(own.columns)));
  // What is on the screen after that is up to the terminal.
  ::clearok(stdscr, TRUE);
}

void window::suspend() {
  ::def_prog_mode();
  ::endwin();
}

void window::resume() {
  ::reset_prog_mode();
  resized();
}

} // namespace troupe::top
