#pragma once

#include "actors/broker/pending_call_ptr.hpp"
#include "actors/broker/worker_set.hpp"

#include <caf/behavior.hpp>
#include <caf/message_id.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::broker {

/// A call that was given to a worker.
struct running_call {
  running_call(pending_call_ptr c, worker_set::ref to, ticket_id t,
               steady_clock::time_point end, job_start how)
    : owner(std::move(c))
    , call(*owner)
    , worker(to)
    , ticket(t)
    , ends_by(end)
    , start(how) {}

  /// Null once the call waits again.
  pending_call_ptr owner;
  pending_call& call;
  worker_set::ref worker;
  /// Names the call: no other call of the pool ever has the same.
  ticket_id ticket;
  /// When `exec_timeout` ends it.
  steady_clock::time_point ends_by;
  /// The caller has its outcome; what is left is to get the worker's slot back.
  bool abandoned = false;
  job_start start;
  /// The request that the worker has of it.
  caf::message_id request = {};
  /// When it was given to the worker.
  steady_clock::time_point started = {};

  /// When the node ends it at the latest.
  steady_clock::time_point deadline() const {
    auto& timeout = call.what.timeout;
    return timeout ? std::min(ends_by, call.what.taken + *timeout) : ends_by;
  }
};

/// The calls of a pool that are in workers. The index of a call is what its response
/// handlers know it by, and stays until `remove`. An entry is used again for later calls,
/// so what may come late also names the request. All operations but those that visit each
/// call are O(1).
class running_calls {
public:
  /// Takes in a call and returns its index.
  size_t add(pending_call_ptr c, worker_set::ref worker, steady_clock::time_point ends_by,
             job_start how) {
    auto i = entries_.size();
    if (free_.empty()) {
      entries_.emplace_back();
    } else {
      i = free_.back();
      free_.pop_back();
    }
    entries_[i].emplace(std::move(c), worker, ticket_id{next_ticket_++}, ends_by, how);
    ++waited_for_;
    return i;
  }

  /// @pre A call is at `i`.
  running_call& operator[](size_t i) { return *entries_[i]; }
  const running_call& operator[](size_t i) const { return *entries_[i]; }

  /// Returns the call at `i` if it is still that of `request` and its caller still waits,
  /// or nullptr.
  running_call* find_waited_for(size_t i, caf::message_id request) {
    auto& e = entries_[i];
    return e && e->request == request && !e->abandoned ? &*e : nullptr;
  }

  /// The caller of the call at `i` waits no more. @pre It waited.
  void abandon(size_t i) {
    entries_[i]->abandoned = true;
    --waited_for_;
    ++abandoned_;
  }

  /// The call at `i` is not in its worker any more. Returns which worker that was.
  worker_set::ref remove(size_t i) {
    auto& e = entries_[i];
    --(e->abandoned ? abandoned_ : waited_for_);
    auto worker = e->worker;
    e.reset();
    free_.push_back(i);
    return worker;
  }

  /// Returns the handlers for the response to each call at `i`: `make(i)` at first, and
  /// the same from then on.
  template <class Make>
  const caf::behavior& handlers(size_t i, Make&& make) {
    while (handlers_.size() <= i)
      handlers_.push_back(make(handlers_.size()));
    return handlers_[i];
  }

  /// Returns how many have a caller that waits, and how many have none.
  size_t waited_for() const noexcept { return waited_for_; }
  size_t abandoned() const noexcept { return abandoned_; }

  /// Calls `f(index, call)` for each. `f` must not add or remove any.
  template <class F>
  void for_each(F&& f) {
    for (size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i])
        f(i, *entries_[i]);
  }

  template <class F>
  void for_each(F&& f) const {
    for (size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i])
        f(i, *entries_[i]);
  }

  /// Returns whether `pred(call)` holds for each.
  template <class F>
  bool all_of(F&& pred) const {
    return std::all_of(entries_.begin(), entries_.end(),
                       [&](const auto& e) { return !e || pred(*e); });
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  /// A free one is in `free_`, once, and empty.
  std::vector<std::optional<running_call>> entries_;
  std::vector<size_t> free_;
  std::vector<caf::behavior> handlers_;
  size_t waited_for_ = 0;
  size_t abandoned_ = 0;
  uint64_t next_ticket_ = 1;
};

} // namespace troupe::broker
