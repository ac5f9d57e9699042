#pragma once

#include "protocol/metrics/call_counts.hpp"
#include "protocol/metrics/collected_metrics.hpp"
#include "protocol/metrics/worker_counts.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

namespace troupe {

/// What BROKER counts of the calls of a pool, beside how they end.
struct pool_call_totals {
  uint64_t handed_on = 0;
  uint64_t retries = 0;
  uint64_t quarantined = 0;
  /// Calls that ran for longer than `slow`.
  uint64_t slow = 0;
  /// Bytes of payloads of calls, and of results and their parts.
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
  /// Parts of streamed results.
  uint64_t parts = 0;
};

/// The calls of a pool at one moment.
struct call_gauges {
  uint64_t waiting = 0;
  uint64_t running = 0;
  uint64_t abandoned = 0;
  uint64_t slots = 0;
  std::chrono::nanoseconds oldest_waiting{0};
  std::chrono::nanoseconds oldest_running{0};

  void add(const call_gauges& other);
};

/// What the actors of one pool count for METRICS. Plain integers, without a lock: all of
/// these actors run on the loop of the pool. It stays when workers end and when the pool
/// is configured anew. Copies of the pool (`protocol/config/pool_copy.hpp`) count here
/// too, on the same loop: a client that comes and goes leaves no metrics of its own.
struct pool_counts {
  metrics::calls_by_kind calls;
  pool_call_totals totals;
  metrics::worker_counts workers;
  /// What workers have measured themselves.
  metrics::collected_metrics collected;
  /// The log was told of one sample that was dropped for this reason.
  std::array<bool, static_cast<size_t>(metrics::collected_metrics::refusal::count_)>
      told_of{};
  /// Whether each worker is told of by itself.
  bool each_worker = false;
  /// Asks for the calls of each copy of the pool that there is.
  std::list<std::function<call_gauges()>> copies;
};

using pool_counts_ptr = std::shared_ptr<pool_counts>;

/// While it lives, a copy of a pool is told of with that pool. For the loop of both.
class counted_copy {
public:
  counted_copy(pool_counts_ptr of, std::function<call_gauges()> ask)
    : of_(std::move(of))
    , at_(of_->copies.insert(of_->copies.end(), std::move(ask))) {}
  ~counted_copy() { of_->copies.erase(at_); }
  counted_copy(const counted_copy&) = delete;
  counted_copy& operator=(const counted_copy&) = delete;

private:
  pool_counts_ptr of_;
  std::list<std::function<call_gauges()>>::iterator at_;
};

} // namespace troupe
