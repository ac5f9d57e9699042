#include "broker/top/render.hpp"

#include "broker/commands/format.hpp"
#include "broker/top/listing.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

using commands::look;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::string_view gap = "  ";

/// A cell that is not the last of its row is not wider.
constexpr size_t widest_cell = 40;

/// An answer that takes longer is late.
constexpr milliseconds patience{2000};

/// Which lines there are beside the page.
struct layout {
  bool title;
  bool views;
  bool head;
  bool bottom;

  explicit layout(size_t rows)
    : title(rows >= 4)
    , views(rows >= 6)
    , head(rows >= 3)
    , bottom(rows >= 2) {}

  size_t others() const { return size_t{title} + size_t{views} + size_t{bottom}; }
};

/// Lines of a screen that is being drawn.
struct canvas {
  extent size;
  frame drawn = {};

  frame_line& add() { return drawn.lines.emplace_back(size.columns); }
  void add(std::string_view text, style how = {}) { add().add(text, how); }
};

// -- the lines around the page -----------------------------------------------------

std::string age_of_answer(const node_data& data) {
  if (!data.waiting_since || data.now - *data.waiting_since < patience)
    return "";
  auto age = duration_cast<milliseconds>(data.now - *data.waiting_since);
  return "no answer for " + commands::format_duration(age);
}

std::string connection_text(const node_data& data) {
  if (data.is_gone)
    return "the node is gone: trying again";
  return age_of_answer(data);
}

void draw_title(canvas& out, const model& m, const node_data& data) {
  auto& line = out.add();
  line.add("troupe top", {look::plain, true});
  if (!data.node.empty()) {
    auto up = milliseconds{data.uptime_ms}
              + duration_cast<milliseconds>(data.now - data.uptime_at);
    line.add("  " + printable(data.node) + ' ' + printable(data.version) + ", up "
             + commands::format_duration(up));
  }
  if (!m.node.empty())
    line.add(" (another node)");
  if (m.read_only)
    line.add("  read-only");
  if (m.paused)
    line.add("  paused", {look::warning, true});
  if (auto lost = connection_text(data); !lost.empty())
    line.add("  " + lost, {look::bad, true});
}

void draw_views(canvas& out, const model& m) {
  auto& line = out.add();
  for (int i = 0; i < view_count; ++i) {
    auto view = static_cast<page>(i);
    auto text = std::to_string(i + 1) + ' ' + std::string{name_of(view)};
    auto is_here = m.path.front().what == view;
    line.add(is_here ? "[" + text + "]" : " " + text + " ", {look::plain, is_here});
  }
  for (size_t i = 1; i < m.path.size(); ++i) {
    auto& l = m.path[i];
    line.add(" > " + std::string{name_of(l.what)}
             + (l.subject.empty() ? "" : " " + printable(l.subject)));
  }
}

/// Returns what is being asked; nothing if nothing is.
std::string prompt_text(const model& m) {
  if (std::holds_alternative<filter_prompt>(m.asking))
    return "filter: " + m.filter + "_";
  if (auto size = std::get_if<size_prompt>(&m.asking))
    return "workers of " + size->pool + ": " + size->text + "_";
  if (auto confirm = std::get_if<confirm_prompt>(&m.asking))
    return confirm->what.text + "? [y/N]";
  return "";
}

std::string hint_text(const model& m) {
  std::string text;
  if (has_rows(m.here().what)) {
    auto& by = m.sortings.at(static_cast<size_t>(m.here().what));
    if (!m.filter.empty())
      text += "filter: " + m.filter + "  ";
    if (!by.column.empty())
      text += "sorted by " + by.column + (by.reversed ? ", reversed" : "") + "  ";
  }
  return text + "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out";
}

/// Returns which orders the node has not answered yet.
std::string open_text(const model& m) {
  std::string text;
  for (auto& o : m.open_orders)
    text += (text.empty() ? "" : ", ") + o + " …";
  return text;
}

void draw_bottom(canvas& out, const model& m, const node_data& data) {
  if (auto asked = prompt_text(m); !asked.empty())
    return out.add(printable(asked), {look::plain, true});
  auto open = open_text(m);
  if (!m.notice.empty() || !open.empty()) {
    auto between = m.notice.empty() || open.empty() ? "" : "; ";
    return out.add(printable(m.notice + between + open), {look::warning, true});
  }
  if (!data.trouble.empty())
    return out.add(printable(data.trouble), {look::bad});
  out.add(printable(hint_text(m)));
}

// -- the page ----------------------------------------------------------------------

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

void draw_rows(canvas& out, const model& m, const listing& rows, size_t lines) {
  auto widths = widths_of(rows);
  auto& by = m.sortings.at(static_cast<size_t>(m.here().what));
  if (layout{out.size.rows}.head && lines > 1) {
    auto& line = out.add();
    for (size_t i = 0; i < rows.head.size(); ++i) {
      auto& column = rows.head[i];
      style how{look::plain, true, column.title == by.column};
      draw_cell(line, column.title, widths[i], column.right, how, {});
      line.add(gap);
    }
    --lines;
  }
  auto at = selected(m.here(), rows);
  if (!at)
    return out.add(m.filter.empty() ? "(none)" : "(none that the filter shows)");
  // Whole pages: so a row stays where it is while the selection moves.
  auto first = *at / lines * lines;
  for (auto i = first; i < std::min(first + lines, rows.rows.size()); ++i) {
    auto& line = out.add();
    auto is_selected = i == *at;
    style around{look::plain, false, is_selected};
    for (size_t c = 0; c < rows.head.size(); ++c) {
      auto& cell = rows.rows[i].cells[c];
      draw_cell(line, cell.text, widths[c], rows.head[c].right,
                {cell.style, false, is_selected}, around);
      line.add(c + 1 < rows.head.size() ? gap : "", around);
    }
    if (is_selected)
      line.fill(out.size.columns, around);
  }
}

void draw_text(canvas& out, const model& m, const node_data& data, size_t lines) {
  auto all = lines_of(m, data);
  auto most = all.size() > lines ? all.size() - lines : 0;
  auto moved = std::min(m.here().scrolled, most);
  auto first = m.here().what == page::log ? most - moved : moved;
  for (auto i = first; i < std::min(first + lines, all.size()); ++i)
    out.add(all[i]);
}

void draw_page(canvas& out, const model& m, const node_data& data, size_t lines) {
  if (m.here().what != page::help && !has_answer(m, data))
    out.add(data.trouble.empty() ? "…" : printable(data.trouble));
  else if (has_rows(m.here().what))
    draw_rows(out, m, list(m, m.here(), data), lines);
  else
    draw_text(out, m, data, lines);
}

} // namespace

size_t page_lines(extent size) {
  layout has{size.rows};
  auto lines = size.rows - std::min(size.rows, has.others());
  return lines > 1 && has.head ? lines - 1 : std::max<size_t>(lines, 1);
}

frame render(const model& m, const node_data& data, extent size) {
  canvas out{size};
  if (size.rows == 0 || size.columns == 0)
    return out.drawn;
  layout has{size.rows};
  if (has.title)
    draw_title(out, m, data);
  if (has.views)
    draw_views(out, m);
  draw_page(out, m, data, size.rows - has.others());
  auto body_end = size.rows - size_t{has.bottom};
  while (out.drawn.lines.size() < body_end)
    out.add();
  if (has.bottom)
    draw_bottom(out, m, data);
  return std::move(out.drawn);
}

} // namespace troupe::top
