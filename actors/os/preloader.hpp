#pragma once

#include "actors/os/preloaded.hpp"

#include <memory>
#include <vector>

namespace troupe::os {

/// Has the workers of a pool forked from a process that has loaded their program: starts
/// that process with the first of them, and another one when it has ended, when another
/// program is asked for, or when the program may have changed. The old one forks on until
/// the new one is ready, and if that does not become ready it stays. For the loop's
/// thread.
class preloader : public preload_keeper {
public:
  preloader(loop::event_loop& loop, spawner& s, preload_observer_ptr observer)
    : loop_(loop)
    , spawner_(s)
    , observer_(std::move(observer)) {}

  /// Kills the processes.
  ~preloader() override;
  preloader(const preloader&) = delete;
  preloader& operator=(const preloader&) = delete;

  /// Has a worker forked. @pre `r.spec.preload` says from what.
  void fork(fork_request r);

  /// Takes a request back; returns false if that comes too late, or there is none.
  bool withdraw(const void* key);

  /// Who wants to be forked from now on gets its program loaded anew.
  void renew();
  void revert();

  /// Nobody is to be forked for now: ends the processes.
  void rest();

  // -- of its processes --------------------------------------------------------------

  void on_ready(preloaded& which) override;
  void on_lost(preloaded& which, bool was_ready) override;

private:
  struct entry {
    std::shared_ptr<preloaded> process;
    /// What it has loaded may not be what is on the disk.
    bool stale = false;
  };

  preloaded& add(const std::shared_ptr<const preload_order>& order,
                 std::chrono::milliseconds delay);
  /// Returns the youngest process for `order`, or nullptr.
  preloaded* find(const preload_order& order) const;
  std::chrono::milliseconds next_delay(const preloaded& lost);

  loop::event_loop& loop_;
  spawner& spawner_;
  preload_observer_ptr observer_;
  /// The oldest first.
  std::vector<entry> all_;
  /// Ends in a row of processes that did not last.
  uint32_t failures_ = 0;
};

} // namespace troupe::os
