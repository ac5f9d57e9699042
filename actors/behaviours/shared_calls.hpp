#pragma once

#include "actors/behaviours/result_cache.hpp"
#include "actors/interfaces/behaviour_actor.hpp"

#include <caf/typed_response_promise.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::behaviours {

/// Calls of the same content, priority and idempotency that wait for one call to a pool.
/// That call is made for the first of them, the leader, and ends with it; then another
/// one leads, and the call is made again. Not thread-safe.
class shared_calls {
public:
  using time_point = steady_clock::time_point;

  /// A call to the pool. A repeated one has another number.
  using run_id = strong_id<struct shared_run_kind>;

  struct waiter {
    behaviour_call what;
    caf::typed_response_promise<outcome> answer;
  };

  /// Has `w` wait. Returns the number of the call to the pool that is to be made for it;
  /// nothing if it waits for one that has begun.
  std::optional<run_id> add(waiter w);

  /// Returns the call that the run is made for. @pre Somebody waits for the run.
  const behaviour_call& leader(run_id run) const { return runs_.at(run).front().what; }

  /// Returns whether somebody waits for the run.
  bool has(run_id run) const { return runs_.contains(run); }

  /// What follows when a waiter leaves.
  struct departure {
    std::optional<waiter> who;
    /// The call to the pool that is to be made for those who are left.
    std::optional<run_id> again;
  };

  /// Takes out the waiter whose call has this id.
  departure leave(ticket_id id);

  /// Takes out all who wait for a run.
  std::vector<waiter> take(run_id run);

  /// Takes out those who wait for a run and have no time left at `now`.
  struct expiry {
    std::vector<waiter> ended;
    /// As in `departure`.
    std::optional<run_id> again;
  };
  expiry take_due(run_id run, time_point now);

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  using waiters = std::vector<waiter>;

  /// What calls have in common that wait for one run: it is done with all of this.
  struct likeness {
    call_content content;
    int8_t priority;
    bool idempotent;

    bool operator==(const likeness&) const = default;
  };
  struct likeness_hash {
    size_t operator()(const likeness& l) const noexcept {
      return call_content_hash{}(l.content) * 31 + static_cast<size_t>(l.priority) * 2
             + (l.idempotent ? 1 : 0);
    }
  };
  static likeness likeness_of(const behaviour_call& c);

  /// Has those who are left wait for a new run, which the one leads who has most time.
  std::optional<run_id> run_again(waiters left);

  /// The leader is the first.
  std::map<run_id, waiters> runs_;
  /// The keys are in the leaders.
  std::unordered_map<likeness, run_id, likeness_hash> by_likeness_;
  std::unordered_map<ticket_id, run_id> by_call_;
  uint64_t last_ = 0;
};

} // namespace troupe::behaviours
