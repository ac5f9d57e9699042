#pragma once

#include "actors/loop/unique_fd.hpp"
#include "actors/os/exit_status.hpp"
#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// Processes that outlive the node, as the next one finds them. These functions touch
/// a file or two, mostly of /proc, and wait for nobody.
namespace troupe::os {

/// Returns a number that tells a moment of this boot from the same one of another.
/// @param ticks The kernel's ticks since it came up (proc(5), stat, field 22).
/// @param boot_id What random(4) calls boot_id: hexadecimal digits and dashes.
uint64_t start_stamp(uint64_t ticks, std::string_view boot_id);

/// Returns the ticks in such a number.
uint64_t ticks_of(uint64_t start_stamp);

/// Returns the stamp of the start of `pid`; nothing if there is no such process.
std::optional<uint64_t> start_time(pid_t pid);

/// Returns a pidfd of the process. Fails, with a reason for a person, if it is not there
/// any more: it has ended, another one has its number, or it runs as another user than
/// `user`.
result<loop::unique_fd, std::string> find_detached(const detached_process& who,
                                                   uid_t user);

/// Writes down, beside its log, that this process outlives the node, so that none is
/// forgotten whenever the node dies. Returns whether that worked.
/// @param mark The mark of its processes (`worker_mark.hpp`).
bool record_detached(const detached_process& who, const std::string& mark);

/// Returns the mark in the record of a process; empty if there is none.
std::string recorded_mark(const detached_process& who);

/// Returns the processes that were recorded in a folder, whether they are still there or
/// not.
std::vector<detached_process> recorded_detached(const std::filesystem::path& folder);

/// Removes the record of a process, its socket and its log.
void remove_traces(const detached_process& who);

/// Kills the process, with its group, and removes its traces. Where it has ended, or
/// another process has its number, nothing is killed. Returns whether it was there.
bool end_detached(const detached_process& who);

/// Kills what is left of the group of `who`, which has ended, and reaps it if it was
/// given to the node.
/// @param pidfd Its own.
exit_status bury_detached(const detached_process& who, int pidfd);

} // namespace troupe::os
