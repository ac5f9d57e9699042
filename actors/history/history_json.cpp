#include "actors/history/history_json.hpp"

#include "protocol/base/json_writer.hpp"

#include <cstdio>
#include <optional>

namespace troupe::history {

namespace {

std::string to_text(uint32_t n) {
  return std::to_string(n);
}

/// More digits would claim more than is known.
std::string to_text(double n) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", n);
  return text;
}

/// The rows that are asked for.
struct range {
  const history_ring& rows;
  int64_t begin;

  /// Returns a column; `of` returns a figure as text, or an empty one for what is not
  /// known.
  template <class F>
  std::string column(F of) const {
    json_array_writer out;
    for (auto i = begin; i < rows.end(); ++i) {
      auto text = of(rows[i]);
      out.add_json(text.empty() ? "null" : std::string_view{text});
    }
    return out.array();
  }

  /// The same for whole numbers.
  std::string column(uint32_t history_row::*member) const {
    return column([member](const history_row& r) {
      return r.*member == history_row::none ? std::string{} : to_text(r.*member);
    });
  }

  std::string column(float history_row::*member) const {
    return column([member](const history_row& r) {
      return std::isnan(r.*member) ? std::string{} : to_text(double{r.*member});
    });
  }
};

/// Returns the rows of a ring that are asked for.
range rows_of_interest(const history_ring& rows, const row_filter& wanted) {
  auto from = std::max(wanted.from, rows.end() - wanted.last);
  return {rows, std::clamp(from, rows.begin(), rows.end())};
}

/// Returns the moment that the row with this number begins.
int64_t moment(int64_t number, const row_filter& wanted) {
  return number * seconds_in(wanted.step) + wanted.shift;
}

void add_step(json_object_writer& out, history_step step) {
  out.add("step", step == history_step::second ? "1s" : "1m")
      .add("step_s", seconds_in(step));
}

void add_columns(json_object_writer& out, const range& all) {
  out.add_json("calls", all.column(&history_row::calls))
      .add_json("errors", all.column(&history_row::errors))
      .add_json("waiting", all.column(&history_row::waiting))
      .add_json("running", all.column(&history_row::running))
      .add_json("workers", all.column(&history_row::workers))
      .add_json("ends", all.column(&history_row::ends))
      .add_json("restarts", all.column(&history_row::restarts))
      .add_json("reloads", all.column(&history_row::reloads))
      .add_json("p50_ms", all.column(&history_row::p50_ms))
      .add_json("p99_ms", all.column(&history_row::p99_ms))
      .add_json("memory", all.column([](const history_row& r) {
        return r.memory_kib == history_row::none
                   ? std::string{}
                   : std::to_string(uint64_t{r.memory_kib} * 1024);
      }))
      .add_json("cpu", all.column([](const history_row& r) {
        return r.cpu_permille == history_row::none ? std::string{}
                                                   : to_text(r.cpu_permille / 10.0);
      }));
}

void add_rows(json_object_writer& out, const history_ring& rows,
              const row_filter& wanted) {
  auto all = rows_of_interest(rows, wanted);
  out.add("start", moment(all.begin, wanted)).add("next", moment(rows.end(), wanted));
  add_columns(out, all);
}

} // namespace

std::string to_json(std::string_view pool, const history_ring& rows,
                    const row_filter& wanted) {
  json_object_writer out;
  out.add("pool", pool);
  add_step(out, wanted.step);
  add_rows(out, rows, wanted);
  return out.object();
}

std::string to_json(const history_table& pools, const row_filter& wanted) {
  json_object_writer all;
  std::optional<int64_t> start;
  int64_t next = 0;
  for (auto& [name, pool] : pools) {
    auto& rows = pool.rows(wanted.step);
    auto first = moment(rows_of_interest(rows, wanted).begin, wanted);
    start = std::min(start.value_or(first), first);
    next = std::max(next, moment(rows.end(), wanted));
    json_object_writer one;
    add_rows(one, rows, wanted);
    all.add_json(name, one.object());
  }
  json_object_writer out;
  add_step(out, wanted.step);
  out.add("start", start.value_or(0)).add("next", next).add_json("pools", all.object());
  return out.object();
}

} // namespace troupe::history
