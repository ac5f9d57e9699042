#pragma once

#include "actors/loop/loop.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace troupe::cluster {

/// Has something sent once at the end of a turn, whoever asks for that and however often:
/// what a turn brings for one peer is one message. Thread-safe, but for what is said
/// otherwise.
class turn_end final : public loop::flushable,
                       public std::enable_shared_from_this<turn_end> {
public:
  /// @param loop Where it is sent; nullptr in tests without loops.
  /// @param send Sends it; called on the loop's thread.
  /// @param remind Where there is no loop: asks for a call of `flush` soon. Called on any
  /// thread.
  turn_end(loop::event_loop* loop, turn_order order, std::function<void()> send,
           std::function<void()> remind);

  void want();

  /// For the loop's thread only.
  void flush() override;

  /// Nothing is sent any more. For the loop's thread only.
  void close() { send_ = nullptr; }

private:
  loop::event_loop* loop_;
  std::function<void()> send_;
  std::function<void()> remind_;
  /// Whether somebody beside the loop's thread has asked already.
  std::atomic<bool> asked_{false};
};

} // namespace troupe::cluster
