#pragma once

#include "actors/interfaces/collected_samples.hpp"
#include "actors/interfaces/worker_tally.hpp"
#include "protocol/metrics/call_counts.hpp"
#include "protocol/metrics/worker_counts.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace troupe {

/// What is counted of the calls of a pool, beside how they end.
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

/// What the actors of one pool count for METRICS. Plain integers, without a lock: BROKER
/// and SUPERVISOR run on the loop of the pool. Its workers may be on others, so they
/// count for themselves. It stays when workers end and when the pool is configured anew.
/// Copies of the pool (`protocol/config/pool_copy.hpp`) count here too, on the same loop:
/// a client that comes and goes leaves no metrics of its own.
struct pool_counts {
  /// @param loops Over which its workers may be spread.
  explicit pool_counts(size_t loops = 1)
    : by_loop(loops) {}

  // -- for the loop of the pool --------------------------------------------------------

  metrics::calls_by_kind calls;
  pool_call_totals totals;
  /// What SUPERVISOR counts of workers: failed starts, boots and the breaker.
  metrics::worker_counts starts;

  /// Returns the totals with those of the workers.
  pool_call_totals all_totals() const;
  /// Returns all that is counted of workers.
  metrics::worker_counts workers() const;

  // -- for its workers -----------------------------------------------------------------

  /// The first is that of the workers on the loop of the pool, the next that of those on
  /// the next loop of the node.
  std::vector<worker_tally> by_loop;
  collected_samples collected;

  // ------------------------------------------------------------------------------------

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
