#pragma once

#include "broker/top/listing.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::top {

/// Which columns of a table are shown, and how wide.
struct table_layout {
  struct shown_column {
    /// Its index in the head.
    size_t at;
    size_t width;
  };
  std::vector<shown_column> columns;
  /// How many columns of the screen the longest text takes that a row has no room for.
  size_t hidden_width = 0;
};

/// Fits a table into `columns`: the last column says why, so others make room for it.
/// @param sorted_by A column that stays.
table_layout lay_out(const listing& rows, page p, std::string_view sorted_by,
                     size_t columns);

/// Returns what is not shown of a row: the text of columns that are cut, then that of
/// columns without room.
std::string hidden_text(const listing& rows, const row& r, const table_layout& shown,
                        size_t columns);

} // namespace troupe::top
