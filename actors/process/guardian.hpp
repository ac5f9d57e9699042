#pragma once

#include "actors/process/unique_fd.hpp"

#include <sys/types.h>

namespace troupe {

/// The other end of a tiny process that outlives the node by a moment: it knows the
/// process groups of all workers and kills them when the node is gone, however it went.
/// (The kernel's death signal reaches children, but not what the children started.)
class guardian {
public:
  /// Forks the guardian.
  /// @pre The process has a single thread and no descriptors the guardian should not see.
  /// Throws std::system_error.
  static guardian start();

  guardian(guardian&&) = default;
  guardian& operator=(guardian&&) = default;

  /// Tells it of a process group. Thread-safe.
  void watch(pid_t group);

  /// Tells it that nothing is left in `group`: call it before the leader is reaped, since
  /// the number may be used again after. Thread-safe.
  void forget(pid_t group);

  pid_t pid() const noexcept { return pid_; }

private:
  guardian(pid_t pid, unique_fd pipe)
    : pid_(pid)
    , pipe_(std::move(pipe)) {}
  void tell(pid_t group, bool alive);

  pid_t pid_;
  unique_fd pipe_;
};

} // namespace troupe
