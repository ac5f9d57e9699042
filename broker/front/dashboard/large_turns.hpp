#pragma once

#include "broker/front/dashboard/page_limits.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>

namespace troupe::front::dashboard {

class shared_look;

/// Has looks with large answers asked one after another, in turn: what has changed in
/// such an answer is found on the loop, and calls wait meanwhile. For one loop.
class large_turns {
public:
  using look_ptr = std::shared_ptr<shared_look>;
  using time_point = std::chrono::steady_clock::time_point;

  /// Whether `who` may be asked now, until `end`. If not, it has a place in the line.
  bool begin(const look_ptr& who, time_point now) {
    std::erase_if(line_, [](auto& each) { return each.expired(); });
    auto stands = [&who](auto& each) { return each.lock() == who; };
    if (std::none_of(line_.begin(), line_.end(), stands))
      line_.push_back(who);
    if (open_.lock())
      return false;
    // The first may have nobody who could ask: its tab does not read what it is sent.
    if (!stands(line_.front()) && now - turn_ >= page_limits::page_turn) {
      line_.pop_front();
      turn_ = now;
    }
    if (!stands(line_.front()))
      return false;
    line_.pop_front();
    open_ = who;
    turn_ = now;
    return true;
  }

  /// `who` has its answer, or will get none. Does nothing if it was not its turn.
  void end(const look_ptr& who) {
    if (open_.lock() == who)
      open_.reset();
  }

private:
  /// Whose answer is waited for.
  std::weak_ptr<shared_look> open_;
  std::deque<std::weak_ptr<shared_look>> line_;
  /// When the first in the line became that, at the latest.
  time_point turn_{};
};

} // namespace troupe::front::dashboard
