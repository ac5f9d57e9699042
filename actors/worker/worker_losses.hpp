#pragma once

#include "actors/interfaces/stream_flow.hpp"
#include "actors/worker/token_bucket.hpp"
#include "actors/worker/worker_life.hpp"
#include "protocol/base/limits.hpp"

#include <memory>
#include <utility>

namespace troupe::worker {

/// Limits what a worker puts into the node's log and sends to EVENTS, and counts the
/// losses. Losses are reported once in a while, not each time.
class worker_losses {
public:
  struct counts {
    uint64_t events = 0;
    uint64_t log_lines = 0;
  };

  /// Returns whether a line of so many bytes may go into the log; counts it if not.
  bool admit_line(size_t bytes, token_bucket::time_point now) {
    // A line that is too many must cost no bytes.
    if (bytes_.debt(now).count() == 0 && lines_.try_take(1, now)) {
      bytes_.take(bytes, now);
      return true;
    }
    ++total_.log_lines;
    ++untold_.log_lines;
    return false;
  }

  /// Returns whether an event of this cost may be sent, on `flow()`; counts it if not.
  bool admit_event(size_t cost) {
    if (!flow_)
      flow_ = std::make_shared<stream_flow>();
    if (cost <= limits::event_bytes && !flow_->is_full()) {
      flow_->add(cost);
      return true;
    }
    ++total_.events;
    ++untold_.events;
    return false;
  }

  const counts& total() const noexcept { return total_; }

  /// Returns what was lost since the last call.
  counts take_untold() { return std::exchange(untold_, {}); }

  /// Returns the events on the way to EVENTS; null before the first.
  const std::shared_ptr<stream_flow>& flow() const noexcept { return flow_; }

  /// A report is due.
  bool report_set = false;

private:
  token_bucket lines_{limits::log_lines, limits::log_lines_burst};
  token_bucket bytes_{limits::log_bytes, limits::log_bytes_burst};
  std::shared_ptr<stream_flow> flow_;
  counts total_;
  counts untold_;
};

/// Tells the log and the followers of events what a worker has lost.
void report_lost(const worker_losses::counts& lost, const worker_life& worker);

} // namespace troupe::worker
