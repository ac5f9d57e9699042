#pragma once

#include "actors/os/offspring.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace troupe::os {

/// Ends what the children of a node have left behind, on a thread of its own: to find it
/// may take a look at every process of the system. One look is for all children that have
/// ended before it, and there is a pause after each, so hundreds of them cost as much
/// as a few. Members are thread-safe.
class orphan_sweeper {
public:
  /// @param children Must outlive the sweeper.
  explicit orphan_sweeper(offspring& children);

  /// Ends the thread.
  ~orphan_sweeper();
  orphan_sweeper(const orphan_sweeper&) = delete;
  orphan_sweeper& operator=(const orphan_sweeper&) = delete;

  /// A child was buried or forgotten: looks soon.
  void look();

  /// Soon ends every process with this mark, wherever it is: what has been started by a
  /// child of an earlier node is not always a child of this one.
  /// @param started When that child was started, in the kernel's ticks.
  void end_marked(std::string mark, uint64_t started);

  /// Ends the thread, and all that is left of all children, but of those that were left
  /// to outlive the node. Waits for that, but not for ever.
  void finish();

private:
  struct marked_processes {
    std::string mark;
    uint64_t started = 0;
  };

  void run();
  void stop();
  /// Returns whether there may be something left that another look would find.
  bool sweep(std::chrono::milliseconds time);
  static void end(const marked_processes& f);

  offspring& children_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool wanted_ = false;
  bool stopped_ = false;
  std::vector<marked_processes> marked_;
  std::thread thread_;
};

} // namespace troupe::os
