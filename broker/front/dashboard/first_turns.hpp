#pragma once

#include "broker/front/dashboard/page_limits.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::front::dashboard {

/// A tab with looks that were not answered yet.
class first_asker {
public:
  virtual ~first_asker() = default;
  /// It may ask for one of them now.
  virtual void on_turn(std::chrono::steady_clock::time_point now) = 0;
  /// Bytes of the answers that it had.
  virtual size_t bytes_answered() const = 0;
};

/// A turn to ask. It lasts until it is let go, and counts for `page_limits::page_turn`.
using first_turn = std::shared_ptr<const std::chrono::steady_clock::time_point>;

/// Has the first questions of looks asked a few at a time: how large their answers are is
/// not known before. Those of tabs that were answered least come first, so that nobody
/// waits for one that asks for much. For one loop.
class first_turns {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns a turn for one question. If there is none now, it returns null, and `who` is
  /// in the line.
  first_turn begin(first_asker& who, time_point now) {
    auto is_next = std::exchange(served_, nullptr) == &who || line_.empty();
    if (is_next && is_any_left(now)) {
      auto turn = std::make_shared<const time_point>(now);
      open_.push_back(turn);
      return turn;
    }
    if (std::find(line_.begin(), line_.end(), &who) == line_.end())
      line_.push_back(&who);
    return nullptr;
  }

  /// Tells those in the line whose turn it is.
  void serve(time_point now) {
    if (is_serving_)
      return;
    is_serving_ = true;
    while (!line_.empty() && is_any_left(now)) {
      auto next = std::min_element(line_.begin(), line_.end(), [](auto* a, auto* b) {
        return a->bytes_answered() < b->bytes_answered();
      });
      served_ = *next;
      line_.erase(next);
      served_->on_turn(now);
    }
    served_ = nullptr;
    is_serving_ = false;
  }

  /// `who` is not there any more.
  void leave(first_asker& who) { std::erase(line_, &who); }

private:
  bool is_any_left(time_point now) {
    std::erase_if(open_, [now](auto& each) {
      auto turn = each.lock();
      return !turn || now - *turn >= page_limits::page_turn;
    });
    return open_.size() < page_limits::page_firsts;
  }

  std::vector<std::weak_ptr<const time_point>> open_;
  std::vector<first_asker*> line_;
  /// Whose turn it is, until it asks.
  first_asker* served_ = nullptr;
  bool is_serving_ = false;
};

} // namespace troupe::front::dashboard
