#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace troupe::commands {

/// How a cell looks where colours are shown.
enum class look : uint8_t { plain, good, busy, warning, bad };

/// One cell of a table.
struct cell {
  cell(std::string what, look how = look::plain)
    : text(std::move(what))
    , style(how) {}

  std::string text;
  look style;
};

/// One column of a table.
struct column {
  std::string title;
  /// Numbers stand at the right edge.
  bool right = false;
};

/// A table of text with aligned columns.
class table {
public:
  explicit table(std::vector<column> head);

  /// Adds a row.
  /// @pre It has a cell for every column.
  void add(std::vector<cell> row);

  const std::vector<column>& head() const { return head_; }
  /// The rows as they are shown: on one line, without anything that steers a terminal.
  const std::vector<std::vector<cell>>& rows() const { return rows_; }

  /// Writes the head and the rows. No line ends in spaces.
  void print(std::ostream& out, bool colour) const;

private:
  std::vector<column> head_;
  std::vector<std::vector<cell>> rows_;
};

} // namespace troupe::commands
