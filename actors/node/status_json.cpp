#include "actors/node/status_json.hpp"

#include "actors/interfaces/pool_context.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/utc_timestamp.hpp"

#include <cmath>

namespace troupe::node {

namespace {

namespace json = boost::json;

std::string_view pool_state(const config::pool& pool, const queue_status& queue,
                            const pool_status& status) {
  if (status.stopped)
    return "stopped";
  if (queue.drained_for)
    return "drained";
  if (queue.condition.what != code::none)
    return "unavailable";
  return is_ready(pool, queue) ? "ready" : "starting";
}

std::string_view word_for(follower_state s) {
  switch (s) {
    case follower_state::idle:
      return "idle";
    case follower_state::delivering:
      return "delivering";
    case follower_state::retrying:
      return "retrying";
    case follower_state::restarting:
      return "restarting";
    case follower_state::silent:
      break;
  }
  return "silent";
}

json::array to_array(const std::vector<std::string>& names) {
  return json::array(names.begin(), names.end());
}

} // namespace

json::object to_json(const follower_status& follower) {
  json::object o;
  o["name"] = follower.name;
  o["behaviour"] = follower.behaviour;
  o["state"] = word_for(follower.state);
  o["waiting"] = follower.waiting;
  o["delivered"] = follower.totals.taken;
  o["retried"] = follower.totals.retried;
  o["dropped"] = follower.totals.dropped;
  o["restarts"] = follower.totals.ends;
  if (auto& last = follower.last_error)
    o["last_error"] =
        json::object{{"message", last->message}, {"time", utc_timestamp(last->time)}};
  else
    o["last_error"] = nullptr;
  return o;
}

json::object to_json(const followers::follower_changes& changes) {
  return {{"added", to_array(changes.added)},
          {"changed", to_array(changes.changed)},
          {"removed", to_array(changes.removed)}};
}

json::value to_value(const fault& why) {
  json::error_code ec;
  auto v = parse_document(troupe::to_json(why), ec);
  return ec ? json::value(nullptr) : v;
}

json::object to_json(const config::pool& pool, const queue_status& queue,
                     const pool_status& status) {
  json::object o;
  o["name"] = pool.name;
  o["state"] = pool_state(pool, queue, status);
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
  o["oldest_ms"] = queue.oldest_waiting ? json::value(queue.oldest_waiting->count())
                                        : json::value(nullptr);
  o["in_flight"] = queue.in_flight;
  o["abandoned"] = queue.abandoned;
  o["calls"] = queue.calls;
  o["results"] = queue.results;
  o["errors"] = queue.errors;
  o["totals"] = json::object{{"calls", status.totals.calls},
                             {"late", status.totals.late},
                             {"stray", status.totals.stray},
                             {"dropped_events", status.totals.dropped_events},
                             {"dropped_log_lines", status.totals.dropped_log_lines},
                             {"slowed_ms", status.totals.slowed_ms}};
  if (auto drained = queue.drained_for) {
    o["drained_since"] = utc_timestamp(std::chrono::system_clock::now() - *drained);
    o["drained_ms"] = drained->count();
  }
  o["error"] = queue.condition.what == code::none ? json::value(nullptr)
                                                  : to_value(queue.condition);
  return o;
}

json::object to_json(const config::pool& pool, const replica_status& replica) {
  auto& w = replica.worker;
  auto lives = w.pid > 0;
  json::object o;
  o["name"] = worker_name(pool.name, replica.index);
  o["pool"] = pool.name;
  o["index"] = replica.index;
  o["state"] = word_for(w.state);
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
  o["memory"] = uint64_t{w.memory};
  o["cpu"] =
      lives ? json::value(std::round(w.cpu_percent * 10) / 10) : json::value(nullptr);
  o["cpu_ms"] = w.cpu.count();
  o["restarts"] = replica.restarts;
  o["replacements"] = replica.replacements;
  o["uptime_ms"] = replica.uptime_ms;
  o["late"] = w.late;
  o["stray"] = w.stray;
  o["dropped_events"] = w.dropped_events;
  o["dropped_log_lines"] = w.dropped_log_lines;
  o["slowed_ms"] = w.slowed_ms;
  o["program"] = w.name;
  o["version"] = w.version;
  o["last_exit"] =
      replica.last_exit ? to_value(*replica.last_exit) : json::value(nullptr);
  if (auto exit = o["last_exit"].if_object()) {
    (*exit)["time"] = utc_timestamp(replica.last_exit_time);
    (*exit)["age_ms"] = replica.last_exit_age_ms;
  }
  return o;
}

} // namespace troupe::node
