#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Processes as /proc shows them, and how they are ended without hitting another one that
/// got a number anew. Nothing here throws, but where there is no memory.
namespace troupe::os {

/// A process, as /proc shows it.
struct process_entry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  /// Of the session of the kernel (setsid(2)) that it is in.
  pid_t sid = 0;
  /// The kernel's ticks since it came up.
  uint64_t started = 0;
  /// Has ended, and was not waited for yet.
  bool ended = false;
  /// Ticks of CPU time that it has used, and those of its children that it waited for.
  uint64_t cpu_ticks = 0;
  /// Pages of memory that are resident.
  uint64_t resident_pages = 0;
  /// Is a thread of the kernel.
  bool in_kernel = false;

  bool operator==(const process_entry&) const = default;
};

/// Returns what is in a line of /proc/PID/stat.
std::optional<process_entry> parse_stat(pid_t pid, std::string_view line);

/// Returns the process, if there is one. Reads one file.
std::optional<process_entry> find_process(pid_t pid);

/// Returns the kernel's ticks since it came up: the clock of `process_entry::started`.
uint64_t ticks_since_boot();

/// Returns all processes that this one can see. Reads one file for each: not for a loop.
std::vector<process_entry> all_processes();

/// Returns the children of this process, whichever of its threads they belong to. Where
/// the kernel does not list them, all processes are looked at: not for a loop.
/// @param proc Where the kernel shows processes.
std::vector<process_entry> own_children(const std::string& proc = "/proc");

/// Returns the variable `name` of the environment that the process was started with.
/// Nothing: it has none, or it cannot be read.
std::optional<std::string> initial_variable(pid_t pid, std::string_view name);

/// The processes that are to be ended.
struct process_hunt {
  /// The processes to look at.
  std::function<std::vector<process_entry>()> list;
  /// Whether one of them is to be ended.
  std::function<bool(const process_entry&)> is_prey;
  /// Is called after some have ended, and may be empty.
  std::function<void()> after_kill;
  /// How long to look.
  std::chrono::milliseconds time;
};

/// Kills what is to be ended, and looks again until it finds no more: a process that is
/// killed may have started another since it was seen. Returns false when time was over
/// before. What this process may not signal, and what sleeps where no signal reaches it,
/// may be left.
bool end_processes(const process_hunt& hunt);

} // namespace troupe::os
