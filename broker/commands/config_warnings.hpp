#pragma once

#include "protocol/config/load.hpp"

#include <vector>

namespace troupe::commands {

/// Returns what is no mistake in a configuration, but will keep workers from starting on
/// this machine: a program or a folder that is not there. They are looked for with the
/// rights of the calling process; a worker of another `user` may see something else.
std::vector<config::mistake> find_warnings(const std::string& file,
                                           const config::file& read);

} // namespace troupe::commands
