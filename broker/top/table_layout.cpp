#include "broker/top/table_layout.hpp"

#include "broker/top/frame.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

constexpr size_t gap_width = 2;

/// A cell that is not the last of its row is not wider.
constexpr size_t widest_cell = 40;

/// The last column has so much room, if it needs that and others can go for it.
constexpr size_t room_for_last = 36;

/// Returns the columns of a page that make room for the last one, in their order.
std::vector<std::string_view> yielding(page p) {
  switch (p) {
    case page::pools:
      return {"LAST 30 S", "P50", "P99", "CALLS", "RUNNING", "ERRORS", "CALLS/S"};
    case page::workers:
    case page::pool:
      return {"CPU", "PID", "CALLS", "UPTIME", "MEMORY"};
    case page::terminals:
      return {"SIZE", "PENDING", "PID"};
    case page::nodes:
      return {"ROUND TRIP", "SINCE"};
    case page::events:
      return {"SEQ"};
    default:
      return {};
  }
}

std::vector<size_t> widths_of(const listing& rows) {
  std::vector<size_t> widths;
  for (size_t i = 0; i < rows.head.size(); ++i) {
    auto width = width_of(rows.head[i].title);
    for (auto& r : rows.rows)
      width = std::max(width, width_of(r.cells[i].text));
    widths.push_back(i + 1 < rows.head.size() ? std::min(width, widest_cell) : width);
  }
  return widths;
}

/// Returns the columns of the screen that the table needs.
size_t table_width(const std::vector<table_layout::shown_column>& shown) {
  size_t sum = 0;
  for (size_t i = 0; i < shown.size(); ++i)
    sum += i + 1 < shown.size() ? shown[i].width + gap_width
                                : std::min(shown[i].width, room_for_last);
  return sum;
}

/// Returns how many columns of the screen a cell of the column `i` has.
size_t room_of(const table_layout& shown, size_t i, size_t columns) {
  size_t begin = 0;
  for (size_t k = 0; k < i; ++k)
    begin += shown.columns[k].width + gap_width;
  return std::min(shown.columns[i].width, columns - std::min(begin, columns));
}

bool says_something(const std::string& text) {
  return !text.empty() && text != "-";
}

} // namespace

table_layout lay_out(const listing& rows, page p, std::string_view sorted_by,
                     size_t columns) {
  table_layout out;
  auto widths = widths_of(rows);
  for (size_t i = 0; i < widths.size(); ++i)
    out.columns.push_back({i, widths[i]});
  for (auto title : yielding(p)) {
    if (table_width(out.columns) <= columns)
      break;
    if (title != sorted_by)
      std::erase_if(out.columns, [&](auto& c) { return rows.head[c.at].title == title; });
  }
  for (auto& r : rows.rows)
    out.hidden_width =
        std::max(out.hidden_width, width_of(hidden_text(rows, r, out, columns)));
  return out;
}

std::string hidden_text(const listing& rows, const row& r, const table_layout& shown,
                        size_t columns) {
  std::string cut;
  std::string others;
  std::vector<bool> is_shown(rows.head.size());
  auto tell = [&](std::string& out, size_t at) {
    out += (out.empty() ? "" : "  ") + rows.head[at].title + ' ' + r.cells[at].text;
  };
  for (size_t i = 0; i < shown.columns.size(); ++i) {
    auto at = shown.columns[i].at;
    is_shown[at] = true;
    if (width_of(r.cells[at].text) > room_of(shown, i, columns))
      tell(cut, at);
  }
  for (size_t at = 0; at < rows.head.size(); ++at)
    if (!is_shown[at] && says_something(r.cells[at].text))
      tell(others, at);
  return cut + (cut.empty() || others.empty() ? "" : "  ") + others;
}

} // namespace troupe::top
