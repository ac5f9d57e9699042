#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// The contents of a terminal's screen, as plain values.
namespace troupe::vt {

/// A colour as programs ask for it: 0 is the terminal's own, `indexed | n` one of the
/// palette of 256, `rgb | 0xRRGGBB` any other.
using colour = uint32_t;

inline constexpr colour default_colour = 0;
inline constexpr colour indexed = 0x0100'0000;
inline constexpr colour rgb = 0x0200'0000;

/// How a character looks.
struct look {
  colour foreground = default_colour;
  colour background = default_colour;
  bool bold : 1 = false;
  bool faint : 1 = false;
  bool italic : 1 = false;
  bool blink : 1 = false;
  bool reverse : 1 = false;
  bool conceal : 1 = false;
  bool strike : 1 = false;
  /// Not erased by the selective erasures (DECSCA).
  bool guarded : 1 = false;
  /// 0 for none, then single, double, curly.
  uint8_t underline : 2 = 0;
  /// 0 for the usual one, up to 9.
  uint8_t font : 4 = 0;
  /// The link of the text, as a number of a `link_table`; 0 for none.
  uint16_t link = 0;

  bool operator==(const look&) const = default;
};

/// One place on the screen.
struct cell {
  /// A character and the marks on it; marks beyond these are dropped.
  std::array<char32_t, 4> text{U' '};
  troupe::vt::look look;
  /// 2 for the left half of a wide character, 0 for its right half.
  uint8_t width = 1;

  bool operator==(const cell&) const = default;
};

/// One line of the screen.
struct row {
  std::vector<cell> cells;
  /// Shown twice as wide (DECDWL): half of the cells are in use.
  bool double_width = false;
  /// Shown twice as high (DECDHL): 1 is the upper half, 2 the lower one, 0 neither.
  uint8_t double_height = 0;
  /// Whether a wide character may be in it.
  bool has_wide = false;
};

/// The size of a screen, in characters.
struct dimensions {
  int rows = 24;
  int columns = 80;

  bool operator==(const dimensions&) const = default;
};

/// A place on a screen, counted from 0.
struct position {
  int row = 0;
  int column = 0;

  bool operator==(const position&) const = default;
};

/// A part of a screen; the ends are not in it.
struct area {
  int first_row = 0;
  int end_row = 0;
  int first_column = 0;
  int end_column = 0;
};

/// Appends what stands in `c`.
void append_text(std::string& out, const cell& c);

} // namespace troupe::vt
