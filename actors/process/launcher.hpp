#pragma once

#include "actors/interfaces.hpp"
#include "actors/loop/loop.hpp"
#include "actors/process/spawner.hpp"

namespace troupe {

/// Starts children for worker actors; tests put a fake in its place.
class launcher {
public:
  virtual ~launcher() = default;

  /// Starts what `spec` says. `owner` is sent `spawned` with the child or the reason
  /// there is none; after a child, `output` and `tail` with what it writes to stdout and
  /// stderr (an empty `output` when it closed stdout) and, last, `exited`. Returns at
  /// once.
  virtual void launch(spawn_spec spec, worker_actor owner) = 0;

  /// Takes over a process that another node started and left, as `launch` does with what
  /// it starts: `spec` is what it was started with, but for its socket and log, which are
  /// those of `who`. A process that is not there any more, or is another, is a
  /// `worker_died`; whatever the reason, one that is not taken over is left as it is: see
  /// `end_survivor`.
  virtual void adopt(const survivor& who, spawn_spec spec, worker_actor owner);

  /// `owner` does not want the child any more that it was promised. Returns whether it
  /// will not be sent `spawned` any more; else it comes soon.
  virtual bool withdraw(const worker_actor& /*owner*/) { return false; }
};

using launcher_ptr = std::shared_ptr<launcher>;

/// Returns a launcher of real processes whose descriptors live on `home`.
/// @param s Must outlive every child.
launcher_ptr make_process_launcher(loop& home, spawner& s);

} // namespace troupe
