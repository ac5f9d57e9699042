#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::top {

/// What is shown. The first six are the views, one for each of the keys 1 to 6.
enum class page : uint8_t {
  pools,
  workers,
  calls,
  terminals,
  events,
  nodes,
  /// The workers of one pool.
  pool,
  /// All that is known of one row.
  facts,
  /// What a worker, or each of a pool, wrote to its stderr last.
  log,
  help,
};

inline constexpr int view_count = 6;

/// Returns its name, as the user may give it.
std::string_view name_of(page p);

/// Returns the view that `text` names: `workers` or `2`.
std::optional<page> find_view(std::string_view text);

/// Returns whether it shows rows, of which one is selected.
constexpr bool has_rows(page p) {
  return p <= page::pool;
}

} // namespace troupe::top
