#pragma once

#include "actors/call_line.hpp"

#include <functional>
#include <map>
#include <optional>

namespace troupe {

/// The calls of one pool that wait for a worker. Calls addressed to one worker wait in a
/// line of their own, so that they hold up nobody else.
class call_queue {
public:
  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Returns whether a call waits for worker `index` alone, or, for -1, for any worker.
  bool has_for(int32_t index) const { return size_for(index) > 0; }

  /// Returns how many do.
  size_t size_for(int32_t index) const;

  void push(pending_call c);

  /// Puts a call back that was popped but did not start: it is the next again.
  void push_front(pending_call c);

  /// Takes the next call that any worker may run.
  std::optional<pending_call> pop();

  /// Takes the next call for worker `index` alone.
  std::optional<pending_call> pop_for(int32_t index);

  /// Calls `f(call)` for each call that waits, in no order.
  template <class F>
  void for_each(F&& f) const {
    anyone_.for_each(f);
    for (auto& [index, line] : addressed_)
      line.for_each(f);
  }

  /// Calls `f(index)` for each worker that calls wait for in particular.
  template <class F>
  void for_each_addressed(F&& f) {
    for (auto i = addressed_.begin(); i != addressed_.end();)
      f((i++)->first); // `f` may pop the last one of this index
  }

  /// Takes out every call for which `pred` holds and hands it to `f`.
  void extract_if(const std::function<bool(const pending_call&)>& pred,
                  const std::function<void(pending_call)>& f);

  /// Returns the earliest `start_by` of the calls that wait. O(size).
  std::optional<steady_clock::time_point> earliest() const;

private:
  call_line& line_of(const pending_call& c) {
    return c.what.worker < 0 ? anyone_ : addressed_[c.what.worker];
  }

  call_line anyone_;
  std::map<int32_t, call_line> addressed_;
  size_t size_ = 0;
};

} // namespace troupe
