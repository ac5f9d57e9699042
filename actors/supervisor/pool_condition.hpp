#pragma once

#include "protocol/base/error.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace troupe::supervisor {

/// The facts that decide whether calls can run in a pool.
struct pool_facts {
  bool all_stopped = false;
  /// A worker is ready.
  bool usable = false;
  /// A worker is there or is to be started.
  bool coming = false;
  /// More workers are started if calls wait.
  bool can_grow = false;
  /// The breaker is open.
  bool broken = false;
  /// When the next start is, if any replica waits for one.
  std::optional<std::chrono::steady_clock::time_point> next_start;
};

/// Why no call can run in a pool, as the broker was told last.
class pool_condition {
public:
  /// A worker has ended for this, and was not asked to.
  void note(const fault& cause) { last_cause_ = cause; }

  /// Returns what the broker is to be told, if it is news; a fault with `code::none` if
  /// calls can run. One that names another attempt is news, too: callers are told when it
  /// is.
  std::optional<fault> update(const pool_facts& facts, const std::string& pool);

  /// The broker was told that calls can run.
  bool is_good() const noexcept { return told_.what == code::none; }

  /// The broker was told that the pool is stopped: the only condition without a cause.
  bool is_stopped() const {
    return told_.what == code::unavailable && told_.details == fault_details{};
  }

private:
  fault condition_of(const pool_facts& facts, const std::string& pool) const;

  fault last_cause_;
  fault told_;
};

} // namespace troupe::supervisor
