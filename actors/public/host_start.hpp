#pragma once

#include "actors/public/node_host.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/load.hpp"

#include <memory>

namespace troupe {

/// Returns a host that runs, or `unavailable` with what the node did not get.
result<std::shared_ptr<node_host>> start_host(host_setup setup);

/// Returns all mistakes of a configuration as one fault.
fault bad_configuration(const config::mistake_list& mistakes);

} // namespace troupe
