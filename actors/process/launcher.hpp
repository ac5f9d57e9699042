#pragma once

#include "actors/interfaces.hpp"
#include "actors/loop/loop.hpp"
#include "actors/process/spawner.hpp"

#include <chrono>

namespace troupe {

/// How long a process may take to end after SIGKILL, before it is given up: it sleeps
/// where no signal reaches it, or belongs to a user that the node may not signal.
inline constexpr std::chrono::seconds kill_grace{10};

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
  /// `end`.
  virtual void adopt(const survivor& who, spawn_spec spec, worker_actor owner);

  /// `owner` does not want the child any more that it was promised. Returns whether it
  /// will not be sent `spawned` any more; else it comes soon.
  virtual bool withdraw(const worker_actor& /*owner*/) { return false; }

  /// Kills a process that another node has left, with all that it has started.
  virtual void end(const survivor& who);

  /// No signal ends this child, which came from here: hangs up. Nothing is sent to the
  /// worker any more, not even `exited`. If the child ends one day it is reaped.
  virtual void give_up(child& /*one*/) {}
};

using launcher_ptr = std::shared_ptr<launcher>;

/// Returns a launcher of real processes whose descriptors live on `home`.
/// @param s Must outlive every child.
launcher_ptr make_process_launcher(loop& home, spawner& s);

} // namespace troupe
