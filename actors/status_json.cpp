#include "actors/status_json.hpp"

#include "actors/process/process_tree.hpp"
#include "actors/utc_timestamp.hpp"
#include "protocol/address.hpp"
#include "protocol/json_document.hpp"

namespace troupe {

namespace {

namespace json = boost::json;

json::value parsed_or_null(const std::string& text) {
  if (text.empty())
    return nullptr;
  json::error_code ec;
  auto v = parse_document(text, ec);
  return ec ? json::value(nullptr) : v;
}

std::string_view pool_state(const config::pool& pool, const queue_status& queue,
                            const crew_status& crew) {
  if (crew.stopped)
    return "stopped";
  if (queue.paused)
    return "drained";
  if (queue.condition.what != code::none)
    return "unavailable";
  return is_ready(pool, queue) ? "ready" : "starting";
}

} // namespace

bool is_ready(const config::pool& pool, const queue_status& queue) {
  // One that starts with the first call takes that call.
  return (queue.workers > 0 || pool.least() == 0) && !queue.paused
         && queue.condition.what == code::none;
}

json::object to_json(const config::pool& pool, const queue_status& queue,
                     const crew_status& crew) {
  json::object o;
  o["name"] = pool.name;
  o["state"] = pool_state(pool, queue, crew);
  o["ready"] = is_ready(pool, queue);
  o["protocol"] = pool.protocol;
  o["size"] = pool.size;
  if (pool.elastic) {
    o["min"] = pool.elastic->min;
    o["idle_ms"] = pool.elastic->idle.count();
  }
  o["window"] = pool.window;
  o["workers"] = queue.workers;
  o["slots"] = queue.slots;
  o["waiting"] = queue.waiting;
  o["in_flight"] = queue.in_flight;
  o["abandoned"] = queue.abandoned;
  o["calls"] = queue.calls;
  o["results"] = queue.results;
  o["errors"] = queue.errors;
  o["totals"] = json::object{{"calls", crew.totals.calls},
                             {"late", crew.totals.late},
                             {"stray", crew.totals.stray},
                             {"dropped_events", crew.totals.dropped_events},
                             {"dropped_log_lines", crew.totals.dropped_log_lines},
                             {"slowed_ms", crew.totals.slowed_ms}};
  o["error"] = queue.condition.what == code::none
                   ? json::value(nullptr)
                   : parsed_or_null(to_json(queue.condition));
  return o;
}

json::object to_json(const config::pool& pool, const seat_status& seat) {
  auto& w = seat.worker;
  auto lives = w.pid > 0;
  json::object o;
  o["name"] = worker_name(pool.name, seat.index);
  o["pool"] = pool.name;
  o["index"] = seat.index;
  o["state"] = w.state;
  o["pid"] = lives ? json::value(w.pid) : json::value(nullptr);
  o["window"] = w.window;
  o["in_flight"] = w.in_flight;
  o["abandoned"] = w.abandoned;
  o["calls"] = w.calls;
  if (w.in_flight + w.abandoned > 0)
    o["current"] = json::object{{"kind", w.current_kind},
                                {"age_ms", w.current_age_ms},
                                {"abandoned", w.current_abandoned}};
  else
    o["current"] = nullptr;
  o["memory"] = lives ? resident_memory(w.pid) : 0;
  o["restarts"] = seat.restarts;
  o["replacements"] = seat.replacements;
  o["uptime_ms"] = seat.uptime_ms;
  o["late"] = w.late;
  o["stray"] = w.stray;
  o["dropped_events"] = w.dropped_events;
  o["dropped_log_lines"] = w.dropped_log_lines;
  o["slowed_ms"] = w.slowed_ms;
  o["program"] = w.name;
  o["version"] = w.version;
  o["last_exit"] = parsed_or_null(seat.last_exit);
  if (auto exit = o["last_exit"].if_object()) {
    (*exit)["time"] = utc_timestamp(seat.last_exit_time);
    (*exit)["age_ms"] = seat.last_exit_age_ms;
  }
  return o;
}

} // namespace troupe
