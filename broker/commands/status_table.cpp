#include "broker/commands/status_table.hpp"

#include "broker/commands/format.hpp"
#include "broker/commands/json_fields.hpp"

#include <boost/json/object.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace troupe::commands {

namespace {

namespace json = boost::json;

using fields::duration;
using fields::number;
using fields::object;
using fields::text;

/// Returns a number of milliseconds as a node writes it, with two digits after the point.
std::string format_milliseconds(const std::string& number) {
  char out[32];
  std::snprintf(out, sizeof out, "%.2fms", std::strtod(number.c_str(), nullptr));
  return out;
}

/// Returns the CPU that a worker uses; 100 % is one core.
std::string percent_text(const json::value& worker) {
  auto percent = std::strtod(text(worker, "cpu").c_str(), nullptr);
  char out[32];
  std::snprintf(out, sizeof out, percent > 0 && percent < 10 ? "%.1f%%" : "%.0f%%",
                percent);
  return out;
}

cell state(const json::value& v) {
  auto s = text(v, "state");
  auto style = s == "ready"                                           ? look::good
               : s == "busy"                                          ? look::busy
               : s == "starting" || s == "stopping" || s == "waiting" ? look::warning
                                                                      : look::bad;
  return {s, style};
}

/// Returns what a number counts with a warning where it should be 0.
cell alarming(std::string count) {
  auto style = count == "0" || count.empty() ? look::plain : look::warning;
  return {std::move(count), style};
}

/// Returns an error object as `code: message`.
std::string error_text(const json::value& error) {
  if (error.is_null())
    return "";
  return text(error, "code") + ": " + text(error, "message");
}

/// A last exit is shown for so long: then it says nothing about how things are.
constexpr auto shown_exit = std::chrono::hours{24};

/// Returns how a worker's last child ended and how long ago: the word for it, and what is
/// known beside that where the child ended by itself.
std::string exit_text(const json::value& exit) {
  auto age = std::chrono::milliseconds{number(exit, "age_ms")};
  if (exit.is_null() || age >= shown_exit)
    return "";
  auto why = text(exit, "reason");
  if (why.empty()) // it could not be started
    why = text(exit, "code");
  if (why == "signal")
    why += " (" + text(exit, "signal_name") + ")";
  else if (auto status = text(exit, "exit_code"); why == "crash" && !status.empty())
    why += " (exit " + status + ")"; // an actor of the node has none
  return why + " " + format_duration(age) + " ago";
}

/// Returns the call that has been in a worker for longest.
std::string current_text(const json::value& worker) {
  auto current = object(worker, "current");
  if (current.is_null())
    return "";
  auto all = text(current, "kind") + " " + duration(current, "age_ms");
  if (text(current, "abandoned") == "true")
    all += " (abandoned)";
  auto others = number(worker, "in_flight") + number(worker, "abandoned");
  return others > 1 ? all + " +" + std::to_string(others - 1) : all;
}

/// Returns why a pool does not do what it should, or since when it is drained.
cell problem(const json::value& pool) {
  auto error = object(pool, "error");
  auto since = text(pool, "drained_since");
  if (!error.is_null() || since.empty())
    return {error_text(error), look::bad};
  return {"drained since " + since + ", " + duration(pool, "drained_ms") + " ago",
          look::warning};
}

} // namespace

table pool_table(const json::array& pools) {
  table t{{{"POOL"},
           {"STATE"},
           {"WORKERS", true},
           {"RUNNING", true},
           {"WAITING", true},
           {"CALLS", true},
           {"ERRORS", true},
           {"LATE", true},
           {"STRAY", true},
           {"PROBLEM"}}};
  for (auto& p : pools)
    t.add({text(p, "name"), state(p), text(p, "workers") + "/" + text(p, "size"),
           std::to_string(number(p, "in_flight") + number(p, "abandoned")) + "/"
               + text(p, "slots"),
           text(p, "waiting"), text(p, "calls"), alarming(text(p, "errors")),
           alarming(text(object(p, "totals"), "late")),
           alarming(text(object(p, "totals"), "stray")), problem(p)});
  return t;
}

table node_table(const json::array& nodes) {
  table t{{{"NODE"},
           {"STATE"},
           {"VERSION"},
           {"SINCE"},
           {"ROUND TRIP", true},
           {"ADDRESS"},
           {"POOLS"}}};
  for (auto& n : nodes) {
    auto word = text(n, "state");
    auto style = word == "up" ? look::good : word == "down" ? look::bad : look::warning;
    auto rtt = text(n, "rtt_ms");
    std::string pools;
    auto all = object(n, "pools");
    if (auto named = all.if_object())
      for (auto& [pool, load] : *named)
        pools += (pools.empty() ? "" : " ") + std::string{pool.data(), pool.size()};
    t.add({text(n, "node"), cell{word, style}, text(n, "version"), text(n, "since"),
           rtt.empty() ? "-" : format_milliseconds(rtt), text(n, "address"), pools});
  }
  return t;
}

table call_table(const json::array& calls) {
  table t{{{"ID"},
           {"STATE"},
           {"AGE", true},
           {"LEFT", true},
           {"PRIORITY", true},
           {"KIND"},
           {"WORKER"},
           {"FROM"},
           {"KEY"},
           {"REQUEST"}}};
  for (auto& c : calls) {
    auto word = text(c, "state");
    t.add({text(c, "id"), cell{word, word == "running" ? look::busy : look::warning},
           duration(c, "age_ms"),
           text(c, "deadline_ms").empty() ? "-" : duration(c, "deadline_ms"),
           text(c, "priority"), text(c, "kind"), text(c, "worker"), text(c, "from"),
           text(c, "key"), text(c, "request_id")});
  }
  return t;
}

table worker_table(const json::array& workers) {
  table t{{{"WORKER"},
           {"STATE"},
           {"PID", true},
           {"UPTIME", true},
           {"MEMORY", true},
           {"CPU", true},
           {"CALLS", true},
           {"RESTARTS", true},
           {"CURRENT CALL"},
           {"LAST EXIT"}}};
  for (auto& w : workers) {
    // A behaviour lives without a process.
    auto has_process = !text(w, "pid").empty();
    auto lives = has_process || number(w, "uptime_ms") > 0;
    t.add({text(w, "name"), state(w), has_process ? text(w, "pid") : "-",
           lives ? duration(w, "uptime_ms") : "-",
           has_process ? format_size(number(w, "memory")) : "-",
           has_process ? percent_text(w) : "-", text(w, "calls"),
           alarming(text(w, "restarts")), cell{current_text(w), look::busy},
           exit_text(object(w, "last_exit"))});
  }
  return t;
}

} // namespace troupe::commands
