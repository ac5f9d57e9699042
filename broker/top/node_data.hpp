#pragma once

#include "broker/top/latencies.hpp"
#include "broker/top/model.hpp"
#include "protocol/base/call.hpp"

#include <boost/json/value.hpp>

#include <deque>
#include <map>
#include <string>

namespace troupe::top {

/// What the node has said. All of it is text of others: it is escaped when it is shown.
struct node_data {
  /// Who answers; empty until that is known.
  std::string node = {};
  std::string version = {};
  /// As it was said, and when that was.
  uint64_t uptime_ms = 0;
  steady_clock::time_point uptime_at = {};
  /// The last answer, and to what.
  question asked = {};
  boost::json::value answer = nullptr;
  /// Why there is no newer answer; empty if there is one.
  std::string trouble = {};
  /// Whether that is because the node is gone.
  bool is_gone = false;
  /// The time of the screen, and since when a question has no answer.
  steady_clock::time_point now = {};
  std::optional<steady_clock::time_point> waiting_since = {};
  /// The last events, the oldest first.
  std::deque<boost::json::value> events = {};
  /// The number of the last event; nothing before the first answer.
  std::optional<int64_t> last_event = {};
  /// Calls that each pool has ended, when that was looked at, and how many that are in a
  /// second.
  struct pool_rate {
    uint64_t calls = 0;
    steady_clock::time_point at;
    std::optional<double> per_second = {};
  };
  std::map<std::string, pool_rate> rates = {};
  latencies histories = {};
  /// Histories that are asked for after each listing of pools.
  size_t histories_per_look = 1;
};

/// Returns what the node is asked next for the page of `m`.
question next_question(const model& m, const node_data& data);

/// Returns whether `data` has an answer for the page of `m`.
bool has_answer(const model& m, const node_data& data);

/// Takes what came of a question, at `data.now`.
void take(node_data& data, const question& asked, const call_result& answer);

} // namespace troupe::top
