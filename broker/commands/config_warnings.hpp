#pragma once

#include "protocol/config/load.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <memory>

namespace troupe::commands {

/// Returns what is no mistake in a configuration, but will keep workers from starting on
/// this machine: a program or a folder that is not there. They are looked for with the
/// rights of the calling process; a worker of another `user` may see something else.
/// @param known The protocols with which it was read.
config::mistake_list find_warnings(const std::string& file, const config::file& read,
                                   std::shared_ptr<const wires::wire_registry> known);

} // namespace troupe::commands
