#pragma once

#include "actors/os/exit_status.hpp"
#include "actors/os/spawner.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace troupe::os {

/// The program that is loaded once, and what holds for the process that has done so.
struct preload_order {
  /// Of the pool, for messages.
  std::string name;
  /// How the process is started.
  spawn_spec program;
  /// It may take so long to load its program, and then to fork.
  std::chrono::milliseconds boot_timeout{10'000};
  /// The next one starts so long after one that had loaded its program has ended; longer
  /// and longer while they do not last.
  std::chrono::milliseconds restart_delay{100};
  std::chrono::milliseconds max_delay{30'000};
  /// One that was there for so long has lasted.
  std::chrono::milliseconds period{10'000};
};

/// Whether a process that was started for `a` can fork what `b` wants.
bool loads_the_same(const preload_order& a, const preload_order& b);

/// Hears of the preloaded processes of a launcher, on its loop. No function throws.
class preload_observer {
public:
  virtual ~preload_observer() = default;

  /// The process runs and begins to load its program.
  virtual void started(pid_t pid) = 0;
  /// It has loaded the program, and took so long.
  virtual void ready(pid_t pid, std::chrono::milliseconds took) = 0;
  /// What it wrote to stdout or stderr.
  virtual void log(pid_t pid, shared_bytes bytes) = 0;
  /// It has ended.
  /// @param why Its fault; nothing if the node wanted it to end.
  virtual void ended(pid_t pid, const exit_status& how, const fault* why) = 0;
  /// There is no process.
  virtual void failed(const fault& why) = 0;
};

using preload_observer_ptr = std::shared_ptr<preload_observer>;

} // namespace troupe::os
