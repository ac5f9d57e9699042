#pragma once

#include "actors/history/pool_history.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::history {

/// Returns the rows of a step as a JSON object with one array for each column.
/// @param from The number of the first row of interest.
/// @param shift Seconds from the rows' own time to that of the wall clock.
std::string to_json(std::string_view pool, history_step step, const history_ring& rows,
                    int64_t from, int64_t shift);

} // namespace troupe::history
