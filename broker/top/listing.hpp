#pragma once

#include "broker/commands/table.hpp"
#include "broker/top/node_data.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a page has: rows of a table, or lines of text. All of it is on one line each and
/// has nothing that steers a terminal.
namespace troupe::top {

struct row {
  std::vector<commands::cell> cells;
  /// Names it among the rows of its page, for as long as it is there.
  std::string id;
  /// What the node said of it; it lives as long as the data.
  const boost::json::value* what = nullptr;
  /// 2 for one with a problem, 1 for one that is not as it should be for long.
  int urgency = 0;
};

struct listing {
  std::vector<commands::column> head;
  std::vector<row> rows;
};

/// Returns the rows of a page with rows, filtered and sorted as `m` has it.
/// @param of A level of `m.path` whose answer is in `data`.
listing list(const model& m, const level& of, const node_data& data);

/// Returns where the selected row is; nothing if there is no row.
std::optional<size_t> selected(const level& of, const listing& rows);

/// Returns the lines of a page of text: facts, log or help. What is longer than `columns`
/// goes on in the next line.
std::vector<std::string> lines_of(const model& m, const node_data& data, size_t columns);

/// Returns the row that is selected, or whose facts are shown, and the page it is of.
struct subject {
  page of;
  row what;
};
std::optional<subject> current(const model& m, const node_data& data);

/// Returns the columns of a page, by which it may be sorted.
std::vector<std::string> columns_of(page p);

} // namespace troupe::top
