#include "broker/top/table_view.hpp"

#include "broker/top/pool_summary.hpp"
#include "broker/top/table_layout.hpp"
#include "broker/top/text_wrap.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

constexpr std::string_view gap = "  ";

/// What the selected row has no room for takes at most so many lines.
constexpr size_t most_details = 4;

std::string_view sorted_by(const model& m) {
  return m.sortings.at(static_cast<size_t>(m.here().what)).column;
}

/// Draws one cell, cut or padded to its column.
void draw_cell(frame_line& line, std::string_view text, size_t width, bool right,
               style how, style around) {
  auto begin = line.used();
  auto own = width_of(text);
  if (right && own < width)
    line.fill(begin + width - own, around);
  frame_line cut{width};
  cut.add(text);
  for (auto& s : cut.spans())
    line.add(s.text, how);
  line.fill(begin + width, around);
}

void draw_head(canvas& out, const model& m, const listing& rows,
               const table_layout& shown) {
  auto& line = out.add();
  for (auto& c : shown.columns) {
    auto& column = rows.head[c.at];
    style how{commands::look::plain, true, column.title == sorted_by(m)};
    draw_cell(line, column.title, c.width, column.right, how, {});
    line.add(gap);
  }
}

void draw_row(canvas& out, const listing& rows, const row& r, const table_layout& shown,
              bool is_selected) {
  auto& line = out.add();
  style around{commands::look::plain, false, is_selected};
  for (size_t i = 0; i < shown.columns.size(); ++i) {
    auto& c = shown.columns[i];
    auto& cell = r.cells[c.at];
    draw_cell(line, cell.text, c.width, rows.head[c.at].right,
              {cell.style, false, is_selected}, around);
    line.add(i + 1 < shown.columns.size() ? gap : "", around);
  }
  if (is_selected)
    line.fill(out.size.columns, around);
}

/// Draws what the selected row has no room for, at the end of the page.
void draw_details(canvas& out, const listing& rows, const row& r,
                  const table_layout& shown, size_t lines) {
  auto text = hidden_text(rows, r, shown, out.size.columns);
  if (text.empty())
    return;
  auto all = wrap(r.cells.front().text + ": " + text, out.size.columns);
  for (size_t i = 0; i < std::min(lines, all.size()); ++i)
    out.add(all[i]);
}

} // namespace

table_lines share_out(const model& m, const node_data& data, const listing& rows,
                      size_t columns, size_t lines) {
  table_lines out{{}, lines > 1, 0, 0};
  if (m.here().what == page::pool && lines >= 8) {
    out.summary = pool_summary(data, columns);
    out.summary.resize(std::min(out.summary.size(), lines / 2));
    lines -= out.summary.size();
  }
  if (out.head)
    --lines;
  auto hidden = lay_out(rows, m.here().what, sorted_by(m), columns).hidden_width;
  // Lines break at words, and begin with the name of the row: a fourth more is enough.
  if (hidden > 0 && lines >= 6)
    out.details = std::min({most_details, lines / 3, 1 + hidden * 5 / 4 / columns});
  out.rows = lines - out.details;
  return out;
}

std::string draw_table(canvas& out, const model& m, const node_data& data, size_t lines) {
  auto rows = list(m, m.here(), data);
  auto share = share_out(m, data, rows, out.size.columns, lines);
  auto shown = lay_out(rows, m.here().what, sorted_by(m), out.size.columns);
  auto end = out.drawn.lines.size() + lines;
  for (auto& line : share.summary)
    out.add(line);
  if (share.head)
    draw_head(out, m, rows, shown);
  auto at = selected(m.here(), rows);
  if (!at) {
    out.add(m.filter.empty() ? "(none)" : "(none that the filter shows)");
    return {};
  }
  // Whole pages: so a row stays where it is while the selection moves.
  auto all = rows.rows.size();
  auto first = std::min(*at / share.rows * share.rows, all - std::min(all, share.rows));
  auto last = std::min(first + share.rows, all);
  for (auto i = first; i < last; ++i)
    draw_row(out, rows, rows.rows[i], shown, i == *at);
  if (share.details > 0) {
    while (out.drawn.lines.size() + share.details < end)
      out.add();
    draw_details(out, rows, rows.rows[*at], shown, share.details);
  }
  if (last - first == all)
    return {};
  return std::to_string(first + 1) + '-' + std::to_string(last) + " of "
         + std::to_string(all);
}

} // namespace troupe::top
