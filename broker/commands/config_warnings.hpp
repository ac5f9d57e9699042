#pragma once

#include "broker/serve/reloading.hpp"
#include "protocol/config/load.hpp"

namespace troupe::commands {

/// Returns what is no mistake in a configuration, but will keep workers or the node from
/// starting on this machine: a program, a folder or another file that is not there. They
/// are looked for with the rights of the calling process; a worker of another `user` may
/// see something else.
/// @param source What it was read from.
config::mistake_list find_warnings(const config::file& read,
                                   const serve::config_source& source);

} // namespace troupe::commands
