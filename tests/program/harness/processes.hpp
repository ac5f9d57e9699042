#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

/// What /proc says about processes.
namespace program {

/// Returns whether `pid` runs: a zombie does not.
bool is_running(pid_t pid);

/// Returns whether no thread of `pid` runs since SIGSTOP: it takes effect only when each
/// has seen it, which may be after one more answer.
bool is_stopped(pid_t pid);

/// Returns the children of `pid`, zombies included.
std::vector<pid_t> children(pid_t pid);

/// Returns those children of `pid` that ended and were not waited for.
std::vector<pid_t> zombies(pid_t pid);

/// Returns the numbers of the open descriptors of `pid`, sorted.
std::vector<int> descriptors(pid_t pid);

/// Returns the resident memory of `pid` in KiB; 0 if it is gone.
int64_t resident_kib(pid_t pid);

/// Returns the most resident memory that `pid` ever had, in KiB; 0 if it is gone.
int64_t peak_kib(pid_t pid);

/// Returns the number of threads of `pid`.
size_t threads(pid_t pid);

/// Returns the milliseconds of processor time that `pid` has used.
int64_t cpu_ms(pid_t pid);

/// Returns a member of /proc/PID/status, such as `State` or `SigBlk`, without white space
/// around it; empty if the process is gone.
std::string process_status(pid_t pid, const std::string& member);

} // namespace program
