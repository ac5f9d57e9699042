#pragma once

#include "actors/loop/loop.hpp"
#include "actors/os/child_owner.hpp"
#include "actors/os/preload_order.hpp"
#include "actors/os/spawner.hpp"

#include <chrono>

namespace troupe::os {

/// How long a process may take to end after SIGKILL, before it is given up: it sleeps
/// where no signal reaches it, or belongs to a user that the node may not signal.
inline constexpr std::chrono::seconds kill_grace{10};

/// Starts children; tests put a fake in its place.
class launcher {
public:
  virtual ~launcher() = default;

  /// Starts what `spec` says. Returns at once: `owner` hears whether it runs.
  virtual void launch(spawn_spec spec, child_owner_ptr owner) = 0;

  /// Takes over a process that another node started and left, as `launch` does with what
  /// it starts: `spec` is what it was started with, but for its socket and log, which are
  /// those of `who`. A process that is not there any more, or is another, is a
  /// `worker_died`; whatever the reason, one that is not taken over is left as it is: see
  /// `end`.
  virtual void adopt(const detached_process& who, spawn_spec spec, child_owner_ptr owner);

  /// Takes `launch` back: `owner` does not want the child any more. Returns whether it is
  /// spared `spawned`; else that comes soon.
  virtual bool withdraw(const child_owner_ptr& /*owner*/) { return false; }

  /// The programs may have changed: what children are forked from is loaded anew before
  /// the next launch. What was loaded before goes once that is ready.
  virtual void renew() {}
  /// `renew` is taken back: what is loaded goes on being forked from.
  virtual void revert() {}

  /// No child is wanted for now: ends what they are forked from. The next launch starts
  /// it again.
  virtual void rest() {}

  /// Kills a process that another node has left, with all that it has started.
  virtual void end(const detached_process& who);

  /// No signal ends this child, which came from here: hangs up. Its owner hears nothing
  /// any more, not even `ended`. If the child ends one day it is reaped.
  virtual void give_up(child& /*one*/) {}
};

using launcher_ptr = std::shared_ptr<launcher>;

/// Returns a launcher of real processes whose descriptors live on `loop`.
/// @param s Must outlive every child.
/// @param observer Hears of the processes that children are forked from; may be null.
launcher_ptr make_process_launcher(loop::event_loop& loop, spawner& s,
                                   preload_observer_ptr observer = nullptr);

} // namespace troupe::os
