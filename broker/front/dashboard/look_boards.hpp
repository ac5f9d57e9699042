#pragma once

#include "actors/loop/loop.hpp"
#include "broker/front/dashboard/shared_look.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace troupe::front::dashboard {

/// The board of each loop, while a tab has it. Thread-safe.
class look_boards {
public:
  /// Returns the board of the loop that is calling.
  std::shared_ptr<look_board> of_this_loop() {
    std::lock_guard guard{mutex_};
    auto& known = all_[loop::event_loop::current()];
    auto board = known.lock();
    if (!board)
      known = board = std::make_shared<look_board>(kept_);
    return board;
  }

private:
  kept_bytes_ptr kept_ = std::make_shared<kept_bytes>();
  std::mutex mutex_;
  std::map<loop::event_loop*, std::weak_ptr<look_board>> all_;
};

} // namespace troupe::front::dashboard
