#pragma once

#include "broker/top/model.hpp"
#include "protocol/base/call.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::top {

/// What pools did in the last half minute, as their histories have it. A node is asked
/// for one history after each listing, that of the pool whose history is the oldest.
class latencies {
public:
  /// Durations are in milliseconds, of the last second in which calls ended.
  struct pool_history {
    steady_clock::time_point asked_at;
    std::optional<double> p50;
    std::optional<double> p99;
    /// Calls in each second, the oldest first; negative where that is not known.
    std::vector<double> calls = {};
  };

  /// Returns the next question about one of these pools; nothing if none is due.
  std::optional<question> next(const std::vector<std::string>& pools,
                               steady_clock::time_point now) const;

  /// A listing has come: now a history may be asked for.
  void allow(size_t most) { allowed_ = most; }

  /// Takes the answer to a question of `next`; null if there is none.
  void take(const question& asked, const boost::json::value& answer,
            steady_clock::time_point now);

  /// Returns what is known of a pool; null for nothing.
  const pool_history* find(const std::string& pool) const;

  void clear() { *this = {}; }

private:
  std::map<std::string, pool_history> pools_;
  size_t allowed_ = 0;
  /// A moment on the node's clock, in seconds since 1970; 0 before the first answer.
  int64_t node_second_ = 0;
};

/// Returns a bar for each second: `▁▃█`. A second that is not known is a space.
std::string sparkline(const std::vector<double>& values);

/// Returns milliseconds as a person reads them; `-` for nothing.
std::string latency_text(const std::optional<double>& ms);

} // namespace troupe::top
