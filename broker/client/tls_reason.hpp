#pragma once

#include "broker/client/trust.hpp"
#include "protocol/tls/flaw.hpp"

#include <string>

namespace troupe::client {

/// Returns for a person why https to `host` does not begin or does not go on.
std::string describe(const tls::channel_error& error, const std::string& host,
                     const trust& whom);

} // namespace troupe::client
