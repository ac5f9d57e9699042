#pragma once

#include <sys/types.h>

#include <vector>

namespace troupe {

/// Kills every process of the sessions that these processes lead or led: what they
/// started in groups of its own, as a shell does with its jobs.
void kill_sessions(const std::vector<pid_t>& leaders);

} // namespace troupe
