#pragma once

#include "broker/client/client.hpp"

#include <string>
#include <string_view>

namespace troupe::client {

/// Returns the path and query of the route of HTTP that makes a call.
std::string call_target(std::string_view to, std::string_view kind,
                        const call_options& options);

} // namespace troupe::client
