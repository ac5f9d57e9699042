#pragma once

#include "tests/program/harness/patience.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <utility>

namespace program {

/// A worker that was stopped by SIGSTOP, or a puppet by a call of kind `stop_self`: a
/// call in it lasts until the test ends it, however long that takes on a busy machine.
class stopped_worker {
public:
  /// Waits until it has stopped, which is under way.
  explicit stopped_worker(pid_t pid)
    : pid_(pid) {
    BOOST_REQUIRE(
        eventually([&] { return process_status(pid, "State").substr(0, 1) == "T"; }));
  }
  ~stopped_worker() { go_on(); }
  stopped_worker(stopped_worker&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)) {}

  /// Has it go on with its call.
  void go_on() {
    if (auto pid = std::exchange(pid_, 0); pid > 0)
      ::kill(pid, SIGCONT);
  }

private:
  pid_t pid_;
};

} // namespace program
