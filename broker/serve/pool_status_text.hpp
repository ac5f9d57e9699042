#pragma once

#include <string>
#include <string_view>

namespace troupe::serve {

/// Returns what `systemctl status` shows of the pools, as in `3 pools ready, 1
/// unavailable: echo`; empty where `pools` is not what the operation `ready` answers.
/// @param pools A JSON object: the readiness of each pool, by its name.
std::string pool_status_text(std::string_view pools);

} // namespace troupe::serve
