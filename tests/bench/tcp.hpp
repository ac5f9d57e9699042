#pragma once

#include <string>

namespace troupe::bench {

/// Returns a blocking connection to `host:port` without delay. Throws where there is
/// none.
int connect_to(const std::string& address);

/// Returns a socket that listens on a free port of the loopback interface, and says
/// which.
int listen_on_loopback(int& port);

} // namespace troupe::bench
