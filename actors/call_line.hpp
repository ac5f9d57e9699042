#pragma once

#include "actors/pending_call.hpp"

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

namespace troupe {

/// Calls that wait for the same workers, in the order they are served. Each origin's
/// calls keep their order; origins take turns, so that one with 10,000 waiting calls does
/// not hold up another's first. A call of higher priority overtakes
/// `limits::priority_step` calls a level, and no more: whatever comes later, it is never
/// overtaken for ever.
///
/// (Start-time fair queueing: a call's rank is its origin's turn in virtual time, less
/// what its priority gives it.)
class call_line {
public:
  size_t size() const noexcept { return calls_.size(); }
  bool empty() const noexcept { return calls_.empty(); }

  void push(pending_call c);

  /// Puts a call back that was popped but did not end: it is ahead of all but those put
  /// back before.
  void push_front(pending_call c);

  /// Takes the next call.
  std::optional<pending_call> pop();

  /// Moves every call for which `pred` holds to the end of `out`, in order.
  void extract_if(const std::function<bool(const pending_call&)>& pred,
                  std::vector<pending_call>& out);

  /// Calls `f(call)` for each.
  template <class F>
  void for_each(F&& f) const {
    for (auto& [r, c] : calls_)
      f(c);
  }

  /// Returns the earliest `start_by`. O(size).
  std::optional<steady_clock::time_point> earliest() const;

private:
  struct rank {
    int64_t turn;
    uint64_t arrival;
    auto operator<=>(const rank&) const = default;
  };

  struct origin {
    /// The virtual time of its last call.
    int64_t turn = 0;
    size_t waiting = 0;
  };

  void leave(const void* who);

  std::map<rank, pending_call> calls_;
  std::unordered_map<const void*, origin> origins_;
  /// Virtual time: the turn of the call served last.
  int64_t now_ = 0;
  uint64_t arrivals_ = 0;
};

} // namespace troupe
