#pragma once

#include "protocol/config/load.hpp"

#include <filesystem>

namespace troupe::serve {

/// Returns what the service manager has prepared, by the variables STATE_DIRECTORY,
/// RUNTIME_DIRECTORY and CREDENTIALS_DIRECTORY; without them a node is no service.
config::service_defaults read_service_defaults();

/// Returns the file with the API key among the credentials of the service; empty if
/// there is none.
std::filesystem::path credential_file();

} // namespace troupe::serve
