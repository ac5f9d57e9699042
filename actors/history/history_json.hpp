#pragma once

#include "actors/history/pool_history.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>

namespace troupe::history {

using history_table = std::map<std::string, pool_history, std::less<>>;

/// The rows of interest.
struct row_filter {
  history_step step = history_step::second;
  /// The number of the first, and how many of the last.
  int64_t from = 0;
  int64_t last = std::numeric_limits<int32_t>::max();
  /// Seconds from the rows' own time to that of the wall clock.
  int64_t shift = 0;
};

/// Returns rows of a pool as a JSON object with one array for each column.
/// @param rows Those of `wanted.step`.
std::string to_json(std::string_view pool, const history_ring& rows,
                    const row_filter& wanted);

/// Returns rows of all pools as a JSON object with one such object for each pool.
std::string to_json(const history_table& pools, const row_filter& wanted);

} // namespace troupe::history
