#pragma once

#include "actors/broker/pending_call_ptr.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::broker {

/// Calls that wait for the same workers, in the order they are served. Each origin's
/// calls keep their order; origins take turns, so that one with 10,000 waiting calls does
/// not hold up another's first. A call of higher priority overtakes
/// `limits::priority_step` calls a level, and no more: whatever comes later, it is never
/// overtaken for ever. An origin that is behind with reading what it was sent is held
/// back: its calls wait until it has caught up.
///
/// (Start-time fair queueing: a call's rank is its origin's turn in virtual time, less
/// what its priority gives it.) All operations are O(log size) unless they say otherwise.
class fair_queue {
public:
  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Returns how many calls wait that are not held back.
  size_t ready() const noexcept { return size_ - held_; }

  /// Adds a call and returns the rank that it has now.
  call_rank push(pending_call_ptr c);

  /// Puts a call back that was popped but did not end: it is ahead of all but those put
  /// back before.
  call_rank push_front(pending_call_ptr c);

  /// Takes the next call of an origin that is not behind; null if there is none.
  pending_call_ptr pop();

  /// Takes the call of this origin with this rank. @pre It is there.
  pending_call_ptr take(const void* origin, call_rank rank);

  /// Returns the call of this origin with this rank. @pre It is there.
  const pending_call& at(const void* who, call_rank rank) const {
    return *origins_.find(who)->second.calls.find(rank)->second;
  }

  /// The origin is not behind any more: its calls are served again.
  void release(const void* origin);

  /// Moves every call for which `pred` holds to the end of `out`, in order. O(size).
  void extract_if(const std::function<bool(const pending_call&)>& pred,
                  std::vector<pending_call_ptr>& out);

  /// Calls `f(call)` for each.
  template <class F>
  void for_each(F&& f) const {
    for (auto& [who, o] : origins_)
      for (auto& [rank, c] : o.calls)
        f(*c);
  }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  /// A client with waiting calls. A client without any is removed.
  struct origin {
    std::map<call_rank, pending_call_ptr> calls;
    /// The virtual time of its last call.
    int64_t last_time = 0;
    /// While true, none of its calls is taken.
    bool held = false;
  };

  using origins = std::unordered_map<const void*, origin>;

  /// Adds `c` to the calls of `o`, which are those of its origin.
  call_rank insert(origin& o, pending_call_ptr c, call_rank rank);
  pending_call_ptr take(origins::iterator who, call_rank rank);
  /// The first call of `o` was `before`, if it had any, and may be another now.
  void update_head(const void* who, origin& o, std::optional<call_rank> before);
  void hold(const void* who, origin& o);

  origins origins_;
  /// The first call of each origin that is not held back, and that origin.
  std::set<std::pair<call_rank, const void*>> heads_;
  size_t size_ = 0;
  size_t held_ = 0;
  /// Virtual time: the turn of the call served last.
  int64_t now_ = 0;
  uint64_t arrivals_ = 0;
};

} // namespace troupe::broker
