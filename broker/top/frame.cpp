#include "broker/top/frame.hpp"

#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace troupe::top {

namespace {

struct range {
  char32_t first;
  char32_t last;
};

/// Marks that stand on the character before them, joiners and selectors (Unicode 15).
constexpr std::array<range, 22> without_width = {
    {{0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
     {0x064B, 0x065F},   {0x06D6, 0x06DC}, {0x0900, 0x0903}, {0x093A, 0x094F},
     {0x0E31, 0x0E31},   {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
     {0x1DC0, 0x1DFF},   {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
     {0x20D0, 0x20FF},   {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
     {0xE0000, 0xE0FFF}, {0xD800, 0xDFFF}}};

/// East Asian wide characters, and emoji.
constexpr std::array<range, 14> wide = {{{0x1100, 0x115F},
                                         {0x2329, 0x232A},
                                         {0x2E80, 0x303E},
                                         {0x3041, 0x33FF},
                                         {0x3400, 0x4DBF},
                                         {0x4E00, 0x9FFF},
                                         {0xA000, 0xA4CF},
                                         {0xA960, 0xA97F},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

template <size_t N>
bool is_in(char32_t point, const std::array<range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](auto& r) { return point >= r.first && point <= r.last; });
}

/// Calls `f(text, width)` for each character of `text` until that returns false.
template <class F>
void for_each_character(std::string_view text, F&& f) {
  while (!text.empty()) {
    auto length = utf8_length(text);
    auto one = length > 0 ? text.substr(0, length) : std::string_view{"?"};
    if (!f(one, width_of(utf8_point(one))))
      return;
    text.remove_prefix(std::max<size_t>(length, 1));
  }
}

} // namespace

int width_of(char32_t point) {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0) || is_in(point, without_width))
    return 0;
  return is_in(point, wide) ? 2 : 1;
}

size_t width_of(std::string_view text) {
  size_t sum = 0;
  for_each_character(text, [&sum](std::string_view, int width) {
    sum += static_cast<size_t>(width);
    return true;
  });
  return sum;
}

void frame_line::add(std::string_view text, style how) {
  if (spans_.empty() || spans_.back().how != how)
    spans_.push_back({"", how});
  auto& out = spans_.back().text;
  for_each_character(text, [&](std::string_view one, int width) {
    auto columns = static_cast<size_t>(width);
    full_ = full_ || used_ + columns > width_;
    if (!full_ && columns > 0) {
      out += one;
      used_ += columns;
    }
    return !full_;
  });
  if (out.empty())
    spans_.pop_back();
}

void frame_line::fill(size_t column, style how) {
  auto end = std::min(column, width_);
  if (end > used_)
    add(std::string(end - used_, ' '), how);
}

std::string text_of(const frame& f) {
  std::string all;
  for (auto& line : f.lines) {
    std::string text;
    for (auto& s : line.spans())
      text += s.text;
    text.erase(text.find_last_not_of(' ') + 1);
    all += text + '\n';
  }
  return all;
}

} // namespace troupe::top
