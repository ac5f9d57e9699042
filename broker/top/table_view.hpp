#pragma once

#include "broker/top/canvas.hpp"
#include "broker/top/listing.hpp"

#include <string>

namespace troupe::top {

/// How the lines of a page are shared out.
struct table_lines {
  /// Those before the table, about what the page is of.
  std::vector<std::string> summary;
  bool head;
  size_t rows;
  /// Those for what the selected row has no room for.
  size_t details;
};

/// @param lines How many the page has.
table_lines share_out(const model& m, const node_data& data, const listing& rows,
                      size_t columns, size_t lines);

/// Draws the table of a page into `lines` lines. Returns which of its rows are shown
/// (`3-20 of 57`); empty for all.
std::string draw_table(canvas& out, const model& m, const node_data& data, size_t lines);

} // namespace troupe::top
