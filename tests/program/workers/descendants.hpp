#pragma once

#include "tests/program/workers/call_line.hpp"

#include <sys/types.h>

/// Starts a process that ignores SIGTERM and waits; returns its pid. The payload may have
/// `own_group` or `own_session`; `orphan`, whose parent ends at once; and `bare`, which
/// runs another program without an environment.
pid_t start_descendant(const call_line& c);

/// Moves the puppet into the group of a new child of its own; returns the pid of that.
pid_t move_to_other_group();
