#include "protocol/base/utf8.hpp"
#include "protocol/terminal/screen.hpp"

#include <algorithm>

/// Handles control sequences: notes what they change, mends those that libvterm 0.1
/// takes for something else, and has it act upon the rest.
namespace troupe::vt {

namespace {

/// Modes that are only noted: the emulator does not know them, or need not.
bool is_noted(int number) {
  return number == 5       // reverse screen
         || number == 1007 // the wheel scrolls
         || std::find(input_modes.begin(), input_modes.end(), number)
                != input_modes.end();
}

/// Modes of which one at a time is set: which clicks and moves are told, and how.
constexpr std::array mouse_events = {9, 1000, 1001, 1002, 1003};
constexpr std::array mouse_forms = {1005, 1006, 1015, 1016};

bool is_among(const auto& all, int number) {
  return std::find(all.begin(), all.end(), number) != all.end();
}

/// Arguments that libvterm takes of one sequence.
constexpr size_t most_arguments = 16;

/// Whether a sequence with this final byte moves the cursor by its own force.
bool moves_cursor(char final) {
  return std::string_view{"ABCDEFGH`adefjk"}.find(final) != std::string_view::npos;
}

} // namespace

void screen::on_sequence(const control_sequence& s) {
  auto before = cursor();
  auto plain = s.leader == 0 && s.intermediate == 0;
  if (s.intermediate == 0 && (s.leader == 0 || s.leader == '?')
      && (s.final == 'h' || s.final == 'l'))
    return set_modes(s);
  if (plain && s.final == 'm')
    return set_look(s);
  if (plain && s.final == 'r')
    return set_margins(s);
  // Without side margins `CSI s` and `CSI u` save and restore, as nearly every terminal
  // has it.
  if (plain && s.final == 's' && !side_margins_)
    return on_escape("7");
  if (plain && s.final == 's')
    return set_margins(s);
  if (plain && s.final == 'u')
    return on_escape("8");
  if (plain && s.final == 'b')
    return repeat(std::max(1, s.value(0, 1)));
  if (plain && s.final == 'J' && s.value(0, 0) == 3)
    return grid_.clear_scrollback();
  if (s.intermediate == '!' && s.final == 'p')
    return reset_soft();
  if (plain && s.final == 'g')
    set_tab_stops(s);
  if (s.intermediate == '"' && s.final == 'q')
    guarded_ = s.value(0, 0) == 1;
  act(s);
  if (plain && moves_cursor(s.final))
    pending_wrap_ = false;
  cursor_may_have_moved(before);
}

void screen::act(const control_sequence& s) {
  std::string bytes = "\x1B[";
  if (s.leader != 0)
    bytes += s.leader;
  for (size_t i = 0; i < s.parameters.size(); ++i) {
    auto& p = s.parameters[i];
    if (p.value >= 0)
      bytes += std::to_string(p.value);
    if (i + 1 < s.parameters.size())
      bytes += p.more ? ':' : ';';
  }
  if (s.intermediate == static_cast<char>(-1))
    return;
  if (s.intermediate != 0)
    bytes += s.intermediate;
  bytes += s.final;
  act(bytes);
}

/// Two attributes are ours, and the colour of underlines is nobody's: libvterm would take
/// its numbers for attributes.
void screen::set_look(const control_sequence& s) {
  control_sequence rest = s;
  rest.parameters.clear();
  auto& from = s.parameters;
  auto acted = false;
  auto pass_on = [&](size_t first, size_t end) {
    if (end - first > most_arguments)
      return;
    if (rest.parameters.size() + (end - first) > most_arguments) {
      act(rest);
      rest.parameters.clear();
    }
    rest.parameters.insert(rest.parameters.end(),
                           from.begin() + static_cast<ptrdiff_t>(first),
                           from.begin() + static_cast<ptrdiff_t>(end));
    acted = true;
  };
  for (size_t i = 0; i < from.size(); ++i) {
    auto value = std::max(0, from[i].value);
    if (value == 38 || value == 48 || value == 58) {
      // A colour: `:` joins its parts, or their number follows from the second.
      auto end = i + 1;
      if (from[i].more)
        while (end < from.size() && from[end - 1].more)
          ++end;
      else
        end = std::min(from.size(), i
                                        + (s.value(i + 1, 0) == 2   ? 5
                                           : s.value(i + 1, 0) == 5 ? 3
                                                                    : 1));
      if (value != 58)
        pass_on(i, end);
      i = end - 1;
      continue;
    }
    if (value == 2 || value == 8) {
      (value == 2 ? faint_ : conceal_) = true;
      continue;
    }
    if (value == 0)
      faint_ = conceal_ = false;
    else if (value == 22)
      faint_ = false;
    else if (value == 28)
      conceal_ = false;
    auto first = i;
    while (from[i].more && i + 1 < from.size())
      ++i;
    pass_on(first, i + 1);
  }
  if (from.empty())
    faint_ = conceal_ = false;
  if (from.empty() || acted)
    act(rest);
}

void screen::set_modes(const control_sequence& s) {
  auto on = s.final == 'h';
  for (auto& p : s.parameters) {
    if (s.leader == '?') {
      set_private_mode(p.value, on);
    } else if (p.value == 4 || p.value == 20) {
      (p.value == 4 ? inserts_ : newline_) = on;
      act("\x1B[" + std::to_string(p.value) + s.final);
    }
  }
}

void screen::set_private_mode(int number, bool on) {
  auto before = cursor();
  if (number == 47)
    number = 1047;
  if (is_noted(number))
    note_mode(number, on);
  switch (number) {
    case 6:
      origin_ = on;
      break;
    case 7:
      wraps_ = on;
      break;
    case 69:
      side_margins_ = on;
      break;
    default:
      break;
  }
  act("\x1B[?" + std::to_string(std::max(0, number)) + (on ? "h" : "l"));
  if (on && (number == 1048 || number == 1049))
    save_cursor();
  else if (number == 1048 || number == 1049)
    restore_look();
  cursor_may_have_moved(before);
}

/// As xterm has it: to reset any of the ways that clicks are told of resets all, but of
/// their forms only the one that is named.
void screen::note_mode(int number, bool on) {
  if (is_among(mouse_events, number))
    for (auto other : mouse_events)
      private_modes_[other] = false;
  if (on && is_among(mouse_forms, number))
    for (auto other : mouse_forms)
      private_modes_[other] = false;
  private_modes_[number] = on;
}

void screen::set_margins(const control_sequence& s) {
  auto rows = s.final == 'r';
  auto end = rows ? size().rows : size().columns;
  auto& first = rows ? top_ : left_;
  auto& last = rows ? bottom_ : right_;
  first = std::max(0, std::min(s.value(0, 1) - 1, end));
  last = std::min(s.value(1, -1), end);
  if (s.parameters.size() < 2 || last <= 0 || (first == 0 && last == end)
      || last <= first)
    last = -1;
  if (last < 0 && first >= end)
    first = 0;
  if (s.parameters.size() >= 2 && s.value(1, -1) >= 0
      && std::min(s.value(1, -1), end) <= first)
    first = 0;
  control_sequence clean = s;
  clean.parameters = {{first + 1, false}, {last < 0 ? end : last, false}};
  auto before = cursor();
  act(clean);
  cursor_may_have_moved(before);
}

void screen::set_tab_stops(const control_sequence& s) {
  auto what = s.value(0, 0);
  if (what == 0)
    tabs_.reset(static_cast<size_t>(std::clamp(cursor().column, 0, largest - 1)));
  else if (what == 3 || what == 5)
    for (size_t i = 0; i < static_cast<size_t>(size().columns); ++i)
      tabs_.reset(i);
}

/// Not every libvterm repeats, and none needs more than the screen holds.
void screen::repeat(int times) {
  if (!last_written())
    return;
  std::string bytes;
  for (auto c : last_.text)
    if (c != 0)
      append_utf8(bytes, c);
  times = std::min(times, size().rows * size().columns);
  // As it stands on the screen, not through a character set once more.
  auto sets = charsets_;
  act("\x1B(B\x0F");
  for (int i = 0; i < times; ++i)
    on_text(bytes);
  if (sets[0] != 0 && sets[0] != 'B')
    act(std::string{"\x1B("} + sets[0]);
  if (shift_ == 1)
    act("\x0E");
  else if (shift_ > 1)
    act(shift_ == 2 ? "\x1Bn" : "\x1Bo");
}

} // namespace troupe::vt
