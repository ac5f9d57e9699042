#pragma once

#include "broker/serve/reloading.hpp"
#include "protocol/config/load.hpp"

namespace troupe::commands {

/// Returns what is no mistake in a configuration, but is amiss on this machine: programs,
/// folders and certificates that are not there or do not fit, and secrets that other
/// users can read. They are looked for with the rights of the calling process; a worker
/// of another `user` may see something else.
/// @param source Where it comes from.
config::mistake_list find_warnings(const serve::config_source& source,
                                   const config::file& read);

} // namespace troupe::commands
