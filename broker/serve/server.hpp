#pragma once

#include "broker/serve/reloading.hpp"
#include "protocol/hello/introduction.hpp"

namespace troupe::serve {

/// Runs a node in the foreground until it is told to stop: SIGTERM or SIGINT drain it (a
/// second one ends it at once), reading its configuration again on SIGHUP. Prints the
/// ready line on stdout.
///
/// Call it from a process with a single thread. Returns the exit status of the program;
/// what keeps it from starting is explained on stderr.
/// @param source Where `config` came from.
/// @param versions How the program speaks to other nodes.
int serve(config::file config, config_source source, hello::spoken_versions versions);

} // namespace troupe::serve
