#pragma once

#include "broker/top/frame.hpp"

#include <string_view>
#include <utility>

namespace troupe::top {

/// Lines of a screen that is being drawn.
struct canvas {
  extent size;
  frame drawn = {};

  frame_line& add() { return drawn.lines.emplace_back(size.columns); }
  void add(std::string_view text, style how = {}) { add().add(text, how); }
};

} // namespace troupe::top
