#pragma once

#include "actors/loop/unique_fd.hpp"

namespace troupe::serve {

/// Has signals that end a node before it runs do so, and those that make no sense then
/// be ignored: until `signals` takes over.
void prepare_signals();

/// The signals a node acts on, as something to wait for: no handler runs anywhere. Made
/// before the first thread, so that all threads have them blocked. They come even if
/// the node was started with these signals ignored, as nohup(1) and shells do: the
/// kernel drops no signal that is blocked.
class signals {
public:
  /// Throws std::system_error.
  signals();

  /// Waits for the next signal of SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGCHLD. Returns
  /// its number, or 0 after `wake`.
  int wait();

  /// Makes `wait` return 0. Thread-safe.
  void wake();

  /// Has SIGTERM and SIGINT end the process from now on: for when nobody waits any more.
  void let_end();

  /// Ends the process by this signal.
  [[noreturn]] void die_of(int number);

private:
  loop::unique_fd signals_;
  loop::unique_fd wakeups_;
};

} // namespace troupe::serve
