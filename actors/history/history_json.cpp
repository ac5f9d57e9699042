#include "actors/history/history_json.hpp"

#include "protocol/base/json_writer.hpp"

#include <cstdio>

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

} // namespace

std::string to_json(std::string_view pool, history_step step, const history_ring& rows,
                    int64_t from, int64_t shift) {
  range all{rows, std::clamp(from, rows.begin(), rows.end())};
  auto moment = [&](int64_t number) { return number * seconds_in(step) + shift; };
  json_object_writer out;
  out.add("pool", pool)
      .add("step", step == history_step::second ? "1s" : "1m")
      .add("step_s", seconds_in(step))
      .add("start", moment(all.begin))
      .add("next", moment(rows.end()))
      .add_json("calls", all.column(&history_row::calls))
      .add_json("errors", all.column(&history_row::errors))
      .add_json("waiting", all.column(&history_row::waiting))
      .add_json("running", all.column(&history_row::running))
      .add_json("workers", all.column(&history_row::workers))
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
  return out.object();
}

} // namespace troupe::history
