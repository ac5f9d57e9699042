#include "broker/top/listing.hpp"

#include "broker/commands/json_fields.hpp"
#include "broker/commands/status_table.hpp"
#include "broker/top/sorting.hpp"
#include "broker/top/top_tables.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::fields::text;

/// Returns the array that is an answer, or is its member `key`.
const json::array* rows_in(const json::value& answer, const char* key) {
  if (auto all = answer.if_array())
    return all;
  auto o = answer.if_object();
  auto member = o ? o->if_contains(key) : nullptr;
  return member ? member->if_array() : nullptr;
}

/// Returns the rows of a page as the node sent them.
const json::array* values_of(page p, const node_data& data) {
  switch (p) {
    case page::calls:
      return rows_in(data.answer, "calls");
    case page::terminals:
      return rows_in(data.answer, "agents");
    default:
      return rows_in(data.answer, "workers");
  }
}

commands::table table_of(page p, const json::array& values, const node_data& data) {
  switch (p) {
    case page::calls:
      return call_table(values);
    case page::terminals:
      return terminal_table(values);
    case page::events:
      return event_table(values);
    case page::nodes:
      return commands::node_table(values);
    case page::pools:
      return pool_table(values, data);
    default:
      return commands::worker_table(values);
  }
}

/// The member that names a row among those of its page.
const char* id_key(page p) {
  switch (p) {
    case page::calls:
      return "id";
    case page::events:
      return "seq";
    case page::nodes:
      return "node";
    case page::terminals:
      return "worker";
    default:
      return "name";
  }
}

listing with_rows(const commands::table& t) {
  listing all{t.head(), {}};
  for (auto& cells : t.rows())
    all.rows.push_back({cells, {}, nullptr});
  return all;
}

/// Events: the newest are of most interest.
listing list_events(const node_data& data) {
  json::array newest_first(data.events.rbegin(), data.events.rend());
  auto all = with_rows(event_table(newest_first));
  for (size_t i = 0; i < all.rows.size(); ++i)
    all.rows[i].what = &data.events[data.events.size() - 1 - i];
  return all;
}

listing list_all(page p, const node_data& data) {
  if (p == page::events)
    return list_events(data);
  auto values = values_of(p, data);
  auto all = with_rows(table_of(p, values ? *values : json::array{}, data));
  for (size_t i = 0; i < all.rows.size(); ++i)
    all.rows[i].what = &(*values)[i];
  return all;
}

/// Returns how urgent a row is by its state. Calls and events are in the order of time,
/// which tells more.
int urgency_of(const listing& rows, page p, const row& r) {
  if (p == page::calls || p == page::events)
    return 0;
  for (size_t i = 0; i < rows.head.size(); ++i)
    if (rows.head[i].title == "STATE") {
      auto style = r.cells[i].style;
      return style == commands::look::bad ? 2 : style == commands::look::warning ? 1 : 0;
    }
  return 0;
}

} // namespace

listing list(const model& m, const level& of, const node_data& data) {
  auto all = list_all(of.what, data);
  for (auto& r : all.rows) {
    r.id = text(*r.what, id_key(of.what));
    r.urgency = urgency_of(all, of.what, r);
  }
  filter_and_sort(all, m.filter, m.sortings.at(static_cast<size_t>(of.what)));
  return all;
}

std::optional<size_t> selected(const level& of, const listing& rows) {
  if (rows.rows.empty())
    return std::nullopt;
  auto found = std::find_if(rows.rows.begin(), rows.rows.end(),
                            [&](auto& r) { return r.id == of.selected; });
  return found == rows.rows.end() ? 0 : static_cast<size_t>(found - rows.rows.begin());
}

std::optional<subject> current(const model& m, const node_data& data) {
  auto& here = m.here();
  if (!has_answer(m, data))
    return std::nullopt;
  if (has_rows(here.what)) {
    auto rows = list(m, here, data);
    if (auto at = selected(here, rows))
      return subject{here.what, std::move(rows.rows[*at])};
    return std::nullopt;
  }
  if (here.what != page::facts)
    return std::nullopt;
  // The filter is for the page that it was typed on.
  auto all = m;
  all.filter.clear();
  auto& of = m.path[m.path.size() - 2];
  for (auto& r : list(all, of, data).rows)
    if (r.id == here.subject)
      return subject{of.what, std::move(r)};
  return std::nullopt;
}

std::vector<std::string> columns_of(page p) {
  std::vector<std::string> all;
  auto empty = table_of(p, {}, {});
  for (auto& c : empty.head())
    all.push_back(c.title);
  return all;
}

} // namespace troupe::top
