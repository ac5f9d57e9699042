#pragma once

#include "protocol/config/config.hpp"

#include <string>

namespace troupe {

/// Runs a node in the foreground until it is told to stop: SIGTERM or SIGINT drain it (a
/// second one ends it at once). Prints the ready line on stdout.
///
/// Call it from a process with a single thread. Returns the exit status of the program;
/// what keeps it from starting is explained on stderr.
int serve(config::file config);

} // namespace troupe
