#include "broker/top/render.hpp"

#include "broker/commands/format.hpp"
#include "broker/top/canvas.hpp"
#include "broker/top/listing.hpp"
#include "broker/top/table_view.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

using commands::look;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// An answer that takes longer is late.
constexpr milliseconds patience{2000};

/// Which lines there are beside the page.
struct layout {
  bool title;
  bool views;
  bool bottom;

  explicit layout(size_t rows)
    : title(rows >= 4)
    , views(rows >= 6)
    , bottom(rows >= 2) {}

  size_t others() const { return size_t{title} + size_t{views} + size_t{bottom}; }
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

/// @param shown Which rows are shown: at the right, where there is room.
void draw_title(canvas& out, const model& m, const node_data& data,
                std::string_view shown) {
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
  if (line.used() + 2 + shown.size() <= out.size.columns) {
    line.fill(out.size.columns - shown.size());
    line.add(shown);
  }
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

/// Returns which lines are shown.
std::string draw_text(canvas& out, const model& m, const node_data& data, size_t lines) {
  auto all = lines_of(m, data, out.size.columns);
  auto most = all.size() > lines ? all.size() - lines : 0;
  auto moved = std::min(m.here().scrolled, most);
  auto first = m.here().what == page::log ? most - moved : moved;
  auto last = std::min(first + lines, all.size());
  for (auto i = first; i < last; ++i)
    out.add(all[i]);
  if (all.size() <= lines)
    return {};
  return std::to_string(first + 1) + '-' + std::to_string(last) + " of "
         + std::to_string(all.size());
}

/// Returns which rows or lines are shown; empty if that says nothing.
std::string draw_page(canvas& out, const model& m, const node_data& data, size_t lines) {
  if (m.here().what != page::help && !has_answer(m, data)) {
    out.add(data.trouble.empty() ? "…" : printable(data.trouble));
    return {};
  }
  return has_rows(m.here().what) ? draw_table(out, m, data, lines)
                                 : draw_text(out, m, data, lines);
}

/// Returns how many lines the page has.
size_t body_lines(extent size) {
  return size.rows - std::min(size.rows, layout{size.rows}.others());
}

} // namespace

size_t page_lines(const model& m, const node_data& data, extent size) {
  auto lines = body_lines(size);
  if (has_rows(m.here().what) && lines > 0)
    lines = share_out(m, data, list(m, m.here(), data), size.columns, lines).rows;
  return std::max<size_t>(lines, 1);
}

frame render(const model& m, const node_data& data, extent size) {
  canvas out{size};
  if (size.rows == 0 || size.columns == 0)
    return out.drawn;
  layout has{size.rows};
  canvas body{size};
  auto shown = draw_page(body, m, data, body_lines(size));
  if (has.title)
    draw_title(out, m, data, shown);
  if (has.views)
    draw_views(out, m);
  for (auto& line : body.drawn.lines)
    out.drawn.lines.push_back(std::move(line));
  auto body_end = size.rows - size_t{has.bottom};
  while (out.drawn.lines.size() < body_end)
    out.add();
  if (has.bottom)
    draw_bottom(out, m, data);
  return std::move(out.drawn);
}

} // namespace troupe::top
