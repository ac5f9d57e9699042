#pragma once

#include "protocol/config/config.hpp"

#include <string>

namespace troupe::serve {

/// Returns the key that clients of HTTP need: that of the configuration, else that of
/// TROUPE_API_KEY, else the credential `api_key` of the service, both less a line end
/// behind it, else a random one. Throws std::runtime_error where no header could carry
/// it, a credential cannot be read, or the system has no random bytes.
std::string choose_key(const config::http& http);

/// Returns the key that is enough to look: that of the configuration, else that of
/// TROUPE_VIEW_KEY, less a line end behind it; empty if there is none. Throws
/// std::runtime_error where no header could carry it, or where it is `api_key`.
std::string choose_view_key(const config::http& http, const std::string& api_key);

} // namespace troupe::serve
