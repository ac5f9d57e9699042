#pragma once

#include "actors/broker/fair_queue.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace troupe::broker {

/// The calls of one pool that wait for a worker. Calls addressed to one worker wait in a
/// line of their own, so that they hold up nobody else. Whatever takes one call out is
/// O(log size).
class call_queue {
public:
  /// The place of a waiting call.
  struct place {
    /// The worker that it waits for alone; -1 for any.
    int32_t worker = -1;
    const void* origin = nullptr;
    call_rank rank;
    auto operator<=>(const place&) const = default;
  };

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Returns whether a call could start now if worker `index`, or, for -1, any worker,
  /// had room.
  bool has_for(int32_t index) const { return size_for(index) > 0; }

  /// Returns how many could.
  size_t size_for(int32_t index) const;

  /// Returns whether a call waits that is made for the call with this ticket in `pool`.
  bool has_descendant(const std::string& pool, ticket_id ticket) const {
    return ancestors_.count({pool, ticket}) > 0;
  }

  place push(pending_call_ptr c);

  /// Puts a call back that was popped but did not start: it is the next again.
  place push_front(pending_call_ptr c);

  /// Takes the next call that any worker may run; null if there is none.
  pending_call_ptr pop();

  /// Takes the next call for worker `index` alone; null if there is none.
  pending_call_ptr pop_for(int32_t index);

  /// Takes the call at `p`. @pre It is there.
  pending_call_ptr take(const place& p);

  /// Returns the call at `p`. @pre It is there.
  const pending_call& at(const place& p) const {
    return (p.worker < 0 ? anyone_ : addressed_.at(p.worker)).at(p.origin, p.rank);
  }

  /// Takes a call whose `start_by` is not after `now`; null if there is none.
  pending_call_ptr pop_due(steady_clock::time_point now);

  /// The origin is not behind any more: its calls can start.
  void release(const void* origin);

  /// Calls `f(index)` for each worker that calls wait for in particular.
  template <class F>
  void for_each_addressed(F&& f) {
    for (auto i = addressed_.begin(); i != addressed_.end();)
      f((i++)->first); // `f` may pop the last one of this index
  }

  /// Takes out every call for which `pred` holds and hands it to `f`. O(size).
  void extract_if(const std::function<bool(const pending_call&)>& pred,
                  const std::function<void(pending_call_ptr)>& f);

  /// Returns the earliest `start_by` of the calls that wait.
  std::optional<steady_clock::time_point> earliest() const;

  /// Returns when the oldest call was taken, among the `most` that are due first; nothing
  /// if none waits.
  std::optional<steady_clock::time_point> oldest(size_t most) const;

  /// Calls `f(place, call)` for the calls that any worker may run, those that are due
  /// first before the others, until it returns false. O(log size) for each.
  template <class F>
  void visit_by_time(F&& f) const {
    for (auto& [due, p] : by_time_)
      if (p.worker < 0 && !f(p, anyone_.at(p.origin, p.rank)))
        return;
  }

  /// Calls `f(place, call)` for each.
  template <class F>
  void for_each(F&& f) const {
    auto visit = [&](const pending_call& c) { f(place_of(c), c); };
    anyone_.for_each(visit);
    for (auto& [index, line] : addressed_)
      line.for_each(visit);
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  static place place_of(const pending_call& c) {
    return {c.what.worker, c.origin(), c.rank};
  }
  fair_queue& queue_for(int32_t worker) {
    return worker < 0 ? anyone_ : addressed_[worker];
  }
  place insert(pending_call_ptr c, call_rank (fair_queue::*how)(pending_call_ptr));
  /// `c` has left its line.
  void forget(const pending_call& c);
  void drop_if_empty(int32_t worker);

  fair_queue anyone_;
  std::map<int32_t, fair_queue> addressed_;
  /// By when they are no longer worth starting.
  std::set<std::pair<steady_clock::time_point, place>> by_time_;
  /// The calls that those that wait are made for at this node, by pool and ticket, and
  /// how often each.
  std::map<std::pair<std::string, uint64_t>, size_t> ancestors_;
  size_t size_ = 0;
};

} // namespace troupe::broker
