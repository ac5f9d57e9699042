#pragma once

#include "broker/serve/reloading.hpp"
#include "protocol/config/load.hpp"

namespace troupe::serve {

/// Returns a warning for each file of this configuration that holds a secret (a key of
/// TLS, or a key of `[http]`) and that other users may read or write. A file of root may
/// be readable by a group, if that is not root's. What is no regular file, or is not
/// there, is left out.
/// @param source Where `read` comes from.
config::mistake_list find_exposed_secrets(const config_source& source,
                                          const config::file& read);

} // namespace troupe::serve
