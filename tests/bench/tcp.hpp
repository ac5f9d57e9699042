#pragma once

#include <string>

namespace troupe::bench {

/// Returns a blocking connection to `host:port` without delay. Throws where there is
/// none.
int connect_to(const std::string& address);

} // namespace troupe::bench
