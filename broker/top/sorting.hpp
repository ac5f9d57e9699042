#pragma once

#include "broker/top/listing.hpp"

namespace troupe::top {

/// Returns the number that a cell shows: with the units of durations (`3m07s`) and sizes
/// (`1.5KiB`), or the first of `1/2`; nothing if it begins with none.
std::optional<double> number_in(std::string_view text);

/// Hides rows without `filter`, in whatever case, and sorts the others. Numbers are
/// sorted from the largest, text from A. Without a column that is there, the most urgent
/// rows are first.
void filter_and_sort(listing& rows, std::string_view filter, const sorting& by);

} // namespace troupe::top
