#pragma once

#include "actors/supervisor/replica_set.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <vector>

namespace troupe::supervisor {

/// A rolling restart in progress: the workers of some replicas are replaced one after the
/// other.
struct rolling_restart {
  /// The next step for the replica whose turn it is.
  enum class step : uint8_t {
    /// The replacement works: go on to the next replica.
    done,
    /// The replica was closed after the restart began: go on to the next one.
    skip,
    /// A worker is to become ready.
    wait,
    /// The worker needs a successor.
    replace,
    /// The replica has no worker and needs one.
    fill,
  };

  /// Returns the next step for `s`, whose turn it is.
  /// @param pool The configuration of new workers, except for the one on trial.
  step next_step(const replica& s, const pool_context_ptr& pool) const;

  /// Returns whether it is the turn of this replica.
  bool is_turn_of(const replica& s) const {
    return !todo.empty() && todo.front() == s.index;
  }

  /// Returns an invariant that does not hold after a message, or nothing.
  /// @param size How many replicas there are.
  std::optional<std::string> verify(size_t size) const;

  std::deque<int32_t> todo;
  /// A configuration on trial: the first replacement runs under it, and if that becomes
  /// ready so does everything else.
  pool_context_ptr trial;
  /// Those who wait for the end of the trial, to know which configuration the pool has.
  std::vector<caf::typed_response_promise<pool_context_ptr>> await_trial = {};
  /// Workers born since then need no replacement.
  steady_clock::time_point since;
  uint64_t done = 0;
  /// The end reason of the old workers.
  end_reason why = end_reason::restart;
  caf::typed_response_promise<quantity> promise;
};

} // namespace troupe::supervisor
