#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "broker/front/output_backlog.hpp"

#include <atomic>
#include <mutex>
#include <variant>
#include <vector>

namespace troupe::front {

/// An outcome of a call, or a part of a streamed one.
struct arrival {
  tag_id tag;
  std::variant<call_result, shared_bytes> what;
  /// Of a part.
  std::shared_ptr<stream_flow> flow;
};

/// Outcomes and parts from other threads, until the connection's loop takes them.
/// Thread-safe.
class arrivals {
public:
  /// @param client Is behind from the moment when too much waits here, until the loop has
  /// taken and measured it.
  /// Returns whether the loop is to be told: this is the first.
  bool add(arrival&& a, output_backlog& client);

  std::vector<arrival> take();

  /// Whether nothing waits here. What was added before the cause of asking is seen.
  bool is_empty() const noexcept { return empty_.load(std::memory_order_relaxed); }

private:
  std::mutex mutex_;
  std::vector<arrival> all_;
  /// Bytes in `all_`.
  size_t bytes_ = 0;
  /// Says so without the lock: it is asked for each outcome.
  std::atomic<bool> empty_{true};
};

} // namespace troupe::front
