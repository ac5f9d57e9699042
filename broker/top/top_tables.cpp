#include "broker/top/top_tables.hpp"

#include "broker/commands/format.hpp"
#include "broker/commands/json_fields.hpp"
#include "broker/top/pool_summary.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::cell;
using commands::look;
using commands::table;
using commands::fields::duration;
using commands::fields::number;
using commands::fields::object;
using commands::fields::text;

/// Text of a worker in a cell may be long; its beginning is enough.
constexpr size_t shown_bytes = 400;

cell state_cell(const json::value& v) {
  auto word = text(v, "state");
  auto style = word == "ready"                           ? look::good
               : word == "running"                       ? look::busy
               : word == "starting" || word == "waiting" ? look::warning
                                                         : look::bad;
  return {word, style};
}

cell alarming(std::string count) {
  auto style = count == "0" || count.empty() ? look::plain : look::warning;
  return {std::move(count), style};
}

std::string rate_text(const node_data& data, const std::string& pool) {
  auto found = data.rates.find(pool);
  if (found == data.rates.end() || !found->second.per_second)
    return "-";
  char out[32];
  std::snprintf(out, sizeof out, "%.1f", *found->second.per_second);
  return out;
}

/// Returns a member that is a time in milliseconds; `-` where it is missing or null.
std::string time_text(const json::value& v, std::string_view key) {
  return text(v, key).empty() ? "-" : duration(v, key);
}

std::string member_text(const json::value& v) {
  if (auto s = v.if_string())
    return std::string{s->data(), std::min(s->size(), shown_bytes)};
  auto all = json::serialize(v);
  all.resize(std::min(all.size(), shown_bytes));
  return all;
}

constexpr std::array<std::string_view, 5> subjects = {"worker", "pool", "name",
                                                      "session_id", "node"};

/// Returns which member of an event says whom it is about; empty for none.
std::string_view subject_key(const json::value& event) {
  for (auto key : subjects)
    if (!text(event, key).empty())
      return key;
  return {};
}

/// Returns whom an event is about: a worker, a pool, a terminal, a session or a node.
std::string subject_of_event(const json::value& event) {
  auto key = subject_key(event);
  return key.empty() ? "" : text(event, key);
}

/// Returns the members of an event that have no column.
std::string rest_of(const json::value& event) {
  std::string all;
  auto about = subject_key(event);
  if (auto o = event.if_object())
    for (auto& [key, value] : *o) {
      std::string_view k{key.data(), key.size()};
      if (k == "seq" || k == "time" || k == "kind" || k == about
          || all.size() > shown_bytes)
        continue;
      all += (all.empty() ? "" : " ") + std::string{k} + '=' + member_text(value);
    }
  return all;
}

/// Returns the time of the day in a timestamp.
std::string time_of_day(const std::string& timestamp) {
  auto begin = timestamp.find('T');
  return begin == timestamp.npos ? timestamp : timestamp.substr(begin + 1, 12);
}

} // namespace

table pool_table(const json::array& pools, const node_data& data) {
  table t{{{"POOL"},
           {"STATE"},
           {"WORKERS", true},
           {"RUNNING", true},
           {"WAITING", true},
           {"CALLS/S", true},
           {"CALLS", true},
           {"ERRORS", true},
           {"P50", true},
           {"P99", true},
           {"LAST 30 S"},
           {"PROBLEM"}}};
  for (auto& p : pools) {
    auto known = data.histories.find(text(p, "name"));
    t.add({text(p, "name"), state_cell(p), text(p, "workers") + "/" + text(p, "size"),
           std::to_string(number(p, "in_flight") + number(p, "abandoned")) + "/"
               + text(p, "slots"),
           alarming(text(p, "waiting")), rate_text(data, text(p, "name")),
           text(p, "calls"), alarming(text(p, "errors")),
           latency_text(known ? known->p50 : std::nullopt),
           latency_text(known ? known->p99 : std::nullopt),
           known ? sparkline(known->calls) : "",
           cell{reason_text(object(p, "error")), look::bad}});
  }
  return t;
}

table call_table(const json::array& calls) {
  table t{{{"CALL"},
           {"KIND"},
           {"STATE"},
           {"AGE", true},
           {"LEFT", true},
           {"WORKER"},
           {"FROM"}}};
  for (auto& c : calls)
    t.add({text(c, "id"), text(c, "kind"), state_cell(c), time_text(c, "age_ms"),
           time_text(c, "deadline_ms"), text(c, "worker"), text(c, "from")});
  return t;
}

table terminal_table(const json::array& terminals) {
  table t{{{"NAME"},
           {"WORKER"},
           {"PID", true},
           {"SIZE", true},
           {"IDLE", true},
           {"PENDING", true},
           {"MODE"},
           {"PROGRAM"}}};
  for (auto& one : terminals)
    t.add({text(one, "name"), text(one, "worker"), text(one, "pid"),
           text(one, "cols") + "x" + text(one, "rows"),
           time_text(one, "last_activity_ms"), alarming(text(one, "pending_messages")),
           text(one, "delivery_mode"), text(one, "cli")});
  return t;
}

table event_table(const json::array& events) {
  table t{{{"SEQ", true}, {"TIME"}, {"KIND"}, {"ABOUT"}, {"WHAT"}}};
  for (auto& e : events)
    t.add({text(e, "seq"), time_of_day(text(e, "time")), text(e, "kind"),
           subject_of_event(e), rest_of(e)});
  return t;
}

} // namespace troupe::top
