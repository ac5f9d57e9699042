#pragma once

#include "actors/process/unique_fd.hpp"

namespace troupe {

/// The signals a node acts on, as something to wait for: no handler runs anywhere. Made
/// before the first thread, so that all threads have them blocked.
class signals {
public:
  /// Throws std::system_error.
  signals();

  /// Waits for the next signal and returns its number, or 0 after `wake`.
  int wait();

  /// Makes `wait` return 0. Thread-safe.
  void wake();

private:
  unique_fd signals_;
  unique_fd wakeups_;
};

} // namespace troupe
