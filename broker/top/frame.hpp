#pragma once

#include "broker/commands/table.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A screen as a value.
namespace troupe::top {

struct extent {
  size_t rows = 24;
  size_t columns = 80;
};

struct style {
  commands::look look = commands::look::plain;
  bool bold = false;
  bool reverse = false;

  bool operator==(const style&) const = default;
};

/// Text in one style.
struct span {
  std::string text;
  style how = {};

  bool operator==(const span&) const = default;
};

/// A line that is not longer than the screen is wide: what is too much is cut off.
class frame_line {
public:
  explicit frame_line(size_t width)
    : width_(width) {}

  /// Appends text. Characters that have no width, or have no picture, are left out.
  void add(std::string_view text, style how = {});

  /// Appends spaces up to this column.
  void fill(size_t column, style how = {});

  /// Returns the columns that are taken.
  size_t used() const { return used_; }
  const std::vector<span>& spans() const { return spans_; }

  bool operator==(const frame_line&) const = default;

private:
  size_t width_;
  size_t used_ = 0;
  bool full_ = false;
  std::vector<span> spans_;
};

struct frame {
  /// As many as the screen has rows.
  std::vector<frame_line> lines;
};

/// Returns how many columns of a terminal a character takes: 0, 1 or 2.
int width_of(char32_t point);

/// Returns how many columns of a terminal `text` takes.
size_t width_of(std::string_view text);

/// Returns the frame as text, without styles. No line ends in spaces.
std::string text_of(const frame& f);

} // namespace troupe::top
